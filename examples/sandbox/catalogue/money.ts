/** Ten-thousandths of a currency unit as the API writes amounts: `749583` is `74.9583`. */
export function fourDecimals(tenThousandths: number): string {
  const digits = String(tenThousandths).padStart(5, '0')
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`
}

/** Hundredths as four decimals: `8995` is `89.9500`. */
export function fromHundredths(hundredths: number): string {
  return fourDecimals(hundredths * 100)
}

/** The amount without VAT, to four decimals, of a gross amount in hundredths. */
export function netOf(grossHundredths: number, ratePerCent: number): string {
  return fourDecimals(Math.round((grossHundredths * 10_000) / (100 + ratePerCent)))
}
