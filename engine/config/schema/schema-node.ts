/** A schema, or a part of one. */
export interface SchemaNode {
  readonly [keyword: string]: unknown
}
