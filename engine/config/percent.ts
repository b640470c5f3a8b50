/** `80%` as the share 0.8; undefined for what is no share between 0% and 100%. */
export function parsePercent(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d+)?)\s?%$/.exec(text)
  const percent = Number(match?.[1])
  return percent <= 100 ? percent / 100 : undefined
}
