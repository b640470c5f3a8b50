import type { ReferenceData } from './types.ts'

/**
 * The account's reference data. Ids are small and the same for every size and seed of the catalogue, since the
 * ready project's tables name them; `examples/sandbox/README.md` lists them.
 */
export const referenceData: ReferenceData = {
  brands: [
    { id: 1, name: 'Fellgate', description: 'Outdoor clothing' },
    { id: 2, name: 'Nordkap', description: 'Jackets and layers' },
    { id: 3, name: 'Brackwater', description: 'Footwear' },
    { id: 4, name: 'Høyfjell', description: 'Packs and tents' },
    { id: 5, name: 'Kestrel & Co', description: 'Accessories' },
    { id: 6, name: '山道', description: 'Lamps and stoves' },
    { id: 7, name: 'Вершина', description: 'Ropes' },
    { id: 8, name: 'Own brand', description: '' },
    { id: 81, name: 'Fjälljakt', description: 'Shells' },
  ],
  categories: [
    { id: 10, name: 'Clothing', parentId: 0, active: true },
    { id: 11, name: 'Jackets', parentId: 10, active: true },
    { id: 12, name: 'Trousers', parentId: 10, active: true },
    { id: 13, name: 'Base layers', parentId: 10, active: true },
    { id: 20, name: 'Footwear', parentId: 0, active: true },
    { id: 21, name: 'Boots', parentId: 20, active: true },
    { id: 22, name: 'Socks', parentId: 20, active: true },
    { id: 30, name: 'Equipment', parentId: 0, active: true },
    { id: 31, name: 'Packs', parentId: 30, active: true },
    { id: 32, name: 'Stoves', parentId: 30, active: true },
    { id: 33, name: 'Lamps', parentId: 30, active: true },
    { id: 34, name: 'Maps and books', parentId: 30, active: true },
    { id: 40, name: 'Services', parentId: 0, active: true },
    { id: 50, name: 'Sets', parentId: 0, active: true },
    { id: 90, name: 'Internal use', parentId: 0, active: false },
    { id: 304, name: 'Alpine jackets', parentId: 11, active: true },
    { id: 311, name: 'Shells', parentId: 11, active: true },
  ],
  options: [
    {
      id: 1,
      name: 'Colour',
      sortOrder: 0,
      values: [
        { id: 11, name: 'Moss', code: 'MOS' },
        { id: 12, name: 'Slate', code: 'SLA' },
        { id: 13, name: 'Rust', code: 'RUS' },
        { id: 14, name: 'Sand', code: 'SND' },
        { id: 15, name: 'Blå', code: 'BLA' },
      ],
    },
    {
      id: 2,
      name: 'Size',
      sortOrder: 5,
      values: [
        { id: 21, name: 'S', code: 'S' },
        { id: 22, name: 'M', code: 'M' },
        { id: 23, name: 'L', code: 'L' },
        { id: 24, name: 'XL', code: 'XL' },
      ],
    },
    {
      id: 3,
      name: 'Length',
      sortOrder: 10,
      values: [
        { id: 31, name: 'Regular', code: 'R' },
        { id: 32, name: 'Long', code: 'LG' },
      ],
    },
    {
      id: 4,
      name: 'Fit',
      sortOrder: 15,
      values: [
        { id: 41, name: 'Slim', code: 'SL' },
        { id: 42, name: 'Relaxed', code: 'RX' },
      ],
    },
  ],
  productTypes: [
    { id: 1, name: 'Simple' },
    { id: 2, name: 'Clothing' },
    { id: 3, name: 'Service' },
  ],
  seasons: [
    { id: 1, name: 'Spring/Summer' },
    { id: 2, name: 'Autumn/Winter' },
  ],
  priceLists: [
    { id: 1, code: 'COST', name: 'Cost GBP', currencyCode: 'GBP', kind: 'BUY', gross: false },
    { id: 2, code: 'WEB', name: 'Web GBP', currencyCode: 'GBP', kind: 'SELL', gross: false },
    { id: 3, code: 'RETAIL', name: 'Retail GBP incl. VAT', currencyCode: 'GBP', kind: 'SELL', gross: true },
    { id: 4, code: 'WEBEUR', name: 'Web EUR', currencyCode: 'EUR', kind: 'SELL', gross: false },
    { id: 5, code: 'WEBSEK', name: 'Webb SEK inkl. moms', currencyCode: 'SEK', kind: 'SELL', gross: true },
    { id: 6, code: 'WEBJPY', name: 'Web JPY', currencyCode: 'JPY', kind: 'SELL', gross: false },
    { id: 7, code: 'TRADE', name: 'Trade GBP with quantity breaks', currencyCode: 'GBP', kind: 'SELL', gross: false },
    { id: 8, code: 'RRP', name: 'Recommended GBP incl. VAT', currencyCode: 'GBP', kind: 'SELL', gross: true },
    { id: 9, code: 'OUTLET', name: 'Outlet GBP', currencyCode: 'GBP', kind: 'SELL', gross: false },
  ],
  warehouses: [
    { id: 2, name: 'Main warehouse', city: 'Bristol', defaultLocationId: 2 },
    { id: 3, name: 'Leeds shop', city: 'Leeds', defaultLocationId: 7 },
    { id: 5, name: 'Overflow', city: 'Avonmouth', defaultLocationId: 9 },
    { id: 6, name: 'Quarantine', city: 'Bristol', defaultLocationId: 12 },
    { id: 9, name: 'Leeds shop, upper floor', city: 'Leeds', defaultLocationId: 15 },
  ],
  taxCodes: [
    { id: 1, code: '-', description: 'No tax' },
    { id: 7, code: 'T20', description: 'Standard 20%', rate: 20 },
    { id: 8, code: 'T0', description: 'Zero rated' },
    { id: 9, code: 'T5', description: 'Reduced 5%', rate: 5 },
  ],
  currencies: [
    { id: 1, code: 'GBP', name: 'Pound sterling', symbol: '£', decimals: 2, exchangeRate: 1, isDefault: true },
    { id: 2, code: 'EUR', name: 'Euro', symbol: '€', decimals: 2, exchangeRate: 1.15, isDefault: false },
    { id: 3, code: 'SEK', name: 'Swedish krona', symbol: 'kr', decimals: 2, exchangeRate: 13.1, isDefault: false },
    { id: 4, code: 'JPY', name: 'Japanese yen', symbol: '¥', decimals: 0, exchangeRate: 188, isDefault: false },
  ],
  channels: [
    {
      id: 1,
      name: 'Telephone',
      channelTypeId: 1,
      defaultWarehouseId: 2,
      defaultPriceListId: 2,
      warehouseIds: [2],
    },
    {
      id: 3,
      name: 'Web store',
      channelTypeId: 9,
      defaultWarehouseId: 2,
      defaultPriceListId: 2,
      warehouseIds: [2, 5],
    },
  ],
  shippingMethods: [
    { id: 1, code: 'STD', name: 'Standard' },
    { id: 2, code: 'NEXT', name: 'Next day' },
    { id: 6, code: 'PICKUP', name: 'Collect in Leeds' },
  ],
  customFields: [
    { id: 101, code: 'PCF_WEB', name: 'Sold in the web shop', type: 'YES_NO' },
    { id: 102, code: 'PCF_FABRIC', name: 'Fabric', type: 'TEXT' },
    { id: 103, code: 'PCF_CARE', name: 'Care instructions', type: 'TEXTAREA' },
    { id: 104, code: 'PCF_HSCODE', name: 'Customs code', type: 'INTEGER' },
    { id: 105, code: 'PCF_LAUNCH', name: 'Launch date', type: 'DATE' },
    {
      id: 106,
      code: 'PCF_ORIGIN',
      name: 'Country of origin',
      type: 'SELECT',
      options: [
        { id: 1, value: 'Portugal' },
        { id: 2, value: 'Vietnam' },
        { id: 3, value: 'Sweden' },
      ],
    },
  ],
}
