import type { Application, Sku } from '../model.ts'
import type { OrderDescription } from './description.ts'

/** Standard rates in per cent, for the countries that the sandbox sells to. Others: none. */
export const STANDARD_VAT: Readonly<Record<string, number>> = {
  GB: 20,
  SE: 25,
  DE: 19,
  FR: 20,
  FI: 25.5,
  DK: 25,
  IE: 23,
  JP: 10,
}

const EU: readonly string[] = ['SE', 'DE', 'FR', 'FI', 'DK', 'IE']

const SALES_AREA_OF: Readonly<Record<string, number>> = { SE: 1, DK: 3, FI: 4, GB: 5, DE: 8, FR: 14, IE: 18, JP: 22 }

/**
 * The rate of a row, as a shop finds it: at home the rate of the SKU in its sales area, else the standard rate; to
 * another EU country from the EU that country's rate, or none when the buyer is a company with a VAT number (reverse
 * charge); anywhere else none (export).
 */
export function vatRateOf(
  order: Pick<OrderDescription, 'vat' | 'company'>,
  application: Application,
  shipCountry: string | null,
  sku: Sku | undefined,
  usualRate: number | undefined,
): number {
  if (typeof order.vat === 'number') return order.vat
  if (order.vat === 'export' || order.vat === 'reverseCharge') return 0
  const home = application.country
  const country = shipCountry ?? home
  const standard = STANDARD_VAT[country] ?? 0
  if (country === home) {
    const area = SALES_AREA_OF[country]
    return (area === undefined ? undefined : sku?.vatRates?.get(area)) ?? usualRate ?? standard
  }
  if (order.vat === 'standard') return standard
  if (!EU.includes(home) || !EU.includes(country)) return 0
  return order.company?.vatNo == null ? standard : 0
}
