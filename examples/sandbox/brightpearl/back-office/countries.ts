export interface Country {
  readonly id: number
  readonly iso2: string
  readonly iso3: string
  readonly name: string
}

/** The id of GB was seen [rec]; the others are ours [assumed]. */
export const countries: readonly Country[] = [
  [13, 'AU', 'AUS', 'Australia'],
  [14, 'AT', 'AUT', 'Austria'],
  [21, 'BE', 'BEL', 'Belgium'],
  [33, 'BG', 'BGR', 'Bulgaria'],
  [38, 'CA', 'CAN', 'Canada'],
  [44, 'CN', 'CHN', 'China'],
  [53, 'HR', 'HRV', 'Croatia'],
  [55, 'CY', 'CYP', 'Cyprus'],
  [56, 'CZ', 'CZE', 'Czech Republic'],
  [57, 'DK', 'DNK', 'Denmark'],
  [67, 'EE', 'EST', 'Estonia'],
  [72, 'FI', 'FIN', 'Finland'],
  [73, 'FR', 'FRA', 'France'],
  [81, 'DE', 'DEU', 'Germany'],
  [84, 'GR', 'GRC', 'Greece'],
  [97, 'HU', 'HUN', 'Hungary'],
  [98, 'IS', 'ISL', 'Iceland'],
  [103, 'IE', 'IRL', 'Ireland'],
  [105, 'IT', 'ITA', 'Italy'],
  [107, 'JP', 'JPN', 'Japan'],
  [117, 'LV', 'LVA', 'Latvia'],
  [123, 'LT', 'LTU', 'Lithuania'],
  [124, 'LU', 'LUX', 'Luxembourg'],
  [132, 'MT', 'MLT', 'Malta'],
  [150, 'NL', 'NLD', 'Netherlands'],
  [153, 'NZ', 'NZL', 'New Zealand'],
  [160, 'NO', 'NOR', 'Norway'],
  [170, 'PL', 'POL', 'Poland'],
  [171, 'PT', 'PRT', 'Portugal'],
  [175, 'RO', 'ROU', 'Romania'],
  [189, 'SK', 'SVK', 'Slovakia'],
  [190, 'SI', 'SVN', 'Slovenia'],
  [195, 'ES', 'ESP', 'Spain'],
  [203, 'SE', 'SWE', 'Sweden'],
  [204, 'CH', 'CHE', 'Switzerland'],
  [222, 'GB', 'GBR', 'United Kingdom'],
  [223, 'US', 'USA', 'United States'],
].map(([id, iso2, iso3, name]) => ({ id, iso2, iso3, name }) as Country)

/**
 * By ISO code: the documentation asks for three letters [doc], clients also send two, and lower case [code].
 */
export function countryByCode(code: string): Country | undefined {
  const sought = code.toUpperCase()
  return countries.find(({ iso2, iso3 }) => iso2 === sought || iso3 === sought)
}

export function countryById(id: number): Country | undefined {
  return countries.find((country) => country.id === id)
}
