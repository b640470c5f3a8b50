/**
 * The GS1 check digit of a body of digits (12 for EAN-13 and ISBN-13, 11 for UPC-A): weights 3 and 1 from the right.
 */
export function checkDigit(body: string): number {
  let sum = 0
  for (let place = 0; place < body.length; place += 1) {
    const digit = body.charCodeAt(body.length - 1 - place) - 48
    sum += place % 2 === 0 ? digit * 3 : digit
  }
  return (10 - (sum % 10)) % 10
}

/** The code with its check digit; with a wrong one where asked for. */
export function barcode(body: string, { wrong = false }: { readonly wrong?: boolean } = {}): string {
  return body + ((checkDigit(body) + (wrong ? 1 : 0)) % 10)
}
