import { describe, expect, it } from 'vitest'
import { compiled } from './testing/office.ts'

/** The expression, the code, the text that the finding points at, part of what it says or advises. */
type Case = readonly [source: string, code: string, at: string, says: string]

function finding(source: string, code: string, expects: 'value' | 'condition' | 'list' = 'value') {
  const { problems } = compiled(source, expects)
  expect(problems.map((problem) => problem.code)).toEqual([code])
  const [problem] = problems
  if (!problem) throw new Error('no finding')
  return {
    ...problem,
    at: source.slice(problem.offset, problem.offset + problem.length),
    text: `${problem.message} ${problem.advice}`,
  }
}

function cases(title: string, table: readonly Case[], expects: 'value' | 'condition' | 'list' = 'value'): void {
  describe(title, () => {
    it.each(table)('%s → %s', (source, code, at, says) => {
      const found = finding(source, code, expects)
      expect(found.at).toBe(at)
      expect(found.text).toContain(says)
    })
  })
}

cases('unknown fields', [
  ['identity.skuu', 'unknown-field', 'skuu', 'did you mean sku?'],
  ['identity.`s k u`', 'unknown-field', '`s k u`', 'There is no field s k u'],
  ["identity.'skuu'", 'unknown-field', "'skuu'", 'did you mean sku?'],
  ['  identity.\n  skuu', 'unknown-field', 'skuu', 'Write sku.'],
  ['CW1', 'unknown-field', 'CW1', "for a text write 'CW1'"],
  ["status = 'LIVE' ? CW1 : 'x'", 'unknown-field', 'CW1', "for a text write 'CW1'"],
  ['items', 'unknown-field', 'items', 'Write $items.'],
  ['rows[ordred > 1].sku', 'unknown-field', 'ordred', 'Write ordered'],
  ['rows.(sku & idd)', 'unknown-field', 'idd', 'Write id'],
  ['$stock.warehousse', 'unknown-field', 'warehousse', 'Write warehouse.'],
  ['$items.warehousse', 'unknown-field', 'warehousse', 'Write warehouse.'],
  ['$map(rows, function($r) { $r.ordred })', 'unknown-field', 'ordred', 'Write ordered.'],
  ['rows^(ordred)', 'unknown-field', 'ordred', 'ordered'],
  ["{ 'a': idd }", 'unknown-field', 'idd', 'id'],
  ['rows{sku: $sum(ordred)}', 'unknown-field', 'ordred', 'ordered'],
  ['( $r := rows[0]; $r.ordred )', 'unknown-field', 'ordred', 'ordered'],
  ['id.magnitude', 'unknown-field', 'magnitude', 'a number, which has no fields'],
  ["$lookup(identity, 'skuu')", 'unknown-field', "'skuu'", "Write 'sku'."],
  ['$each(warehouses, function($w, $k) { $w.onHnd })', 'unknown-field', 'onHnd', 'onHand'],
  ['rows ~> $map(function($r) { $r.ordred })', 'unknown-field', 'ordred', 'ordered'],
  ['rows#$i.(sku & $i & skuu)', 'unknown-field', 'skuu', 'sku'],
  ['rows@$r.($r.skuu)', 'unknown-field', 'skuu', 'sku'],
  ['$reduce(rows, function($sum, $r) { $sum + $r.ordred }, 0)', 'unknown-field', 'ordred', 'ordered'],
  ['$merge([identity, { "x": 1 }]).skuu', 'unknown-field', 'skuu', 'sku'],
])

cases('names out of reach', [
  ['rows[id = status]', 'out-of-reach', 'status', 'Write $record.status.'],
  ['rows.(sku & status)', 'out-of-reach', 'status', 'Write $record.status.'],
  ['$items[warehouse = status]', 'out-of-reach', 'status', 'Write $record.status.'],
])

cases('unknown variables and functions', [
  ['$stok.warehouse', 'unknown-variable', '$stok', 'Write $stock.'],
  ['$id', 'unknown-variable', '$id', 'write id without the dollar sign'],
  ['$trimm(status)', 'unknown-function', '$trimm', 'Write $trim.'],
  ['$totl(rows.ordered)', 'unknown-function', '$totl', 'Write $total.'],
  ['trim(status)', 'unknown-function', 'trim', 'Write $trim(…).'],
  ['$options(1)', 'not-a-function', '$options', 'not a function'],
  ['$pad(status)', 'wrong-number-of-arguments', '$pad', '$pad(text, width, char?)'],
  ['$add(1)', 'wrong-number-of-arguments', '$add', '$add(a, b'],
  ['( $f := function($a) { $a }; $f(1, 2) )', 'wrong-number-of-arguments', '$f', '1 argument'],
  ['$trim(id)', 'wrong-type', 'id', 'Write $string(id).'],
  ['$floor(status)', 'wrong-type', 'status', 'Write $number(status).'],
  ['$total(rows.sku)', 'wrong-type', 'rows.sku', 'a list of texts'],
  ['$sort(rows)', 'wrong-type', 'rows', 'a function that compares'],
  ["id + '1'", 'wrong-type', "'1'", '$number'],
  ['identity & status', 'wrong-type', 'identity', '& joins texts'],
  ['$map(rows, id)', 'wrong-type', 'id', 'needs a function'],
  ["{ 'a': 1, 'a': 2 }", 'field-twice', "'a'", 'twice'],
])

cases('5.1 absent: an operator or function of JSONata over what may be absent', [
  ['$sum(rows.sent)', 'may-be-absent', 'rows.sent', '$total(rows.sent)'],
  ['$sum(rows.ordered)', 'may-be-absent', 'rows.ordered', '$total(rows.ordered)'],
  ['$max(rows.ordered)', 'may-be-absent', 'rows.ordered', '$count(rows.ordered) > 0'],
  ['$max([0, brandId])', 'may-be-absent', 'brandId', '$default(brandId, 0)'],
  ['brandId < 3', 'may-be-absent', 'brandId', '$default(brandId, 0)'],
  ['3 >= brandId', 'may-be-absent', 'brandId', '$exists(brandId)'],
  ['brandId = 3', 'may-be-absent', 'brandId', 'answers false'],
  ['brandId != 3', 'may-be-absent', 'brandId', 'answers false as well'],
  ['brandId in [1, 2]', 'may-be-absent', 'brandId', 'in` answers false'],
  ['brandId + 1', 'may-be-absent', 'brandId', '+ answers nothing'],
  ['-brandId', 'may-be-absent', 'brandId', 'minus answers nothing'],
  ["identity.ean & '-'", 'may-be-absent', 'identity.ean', 'an empty text'],
  ['featured and stock.tracked', 'may-be-absent', 'featured', 'takes it for false'],
  ['stock.tracked or featured', 'may-be-absent', 'featured', '`or`'],
  ['$not(featured)', 'may-be-absent', 'featured', '$not answers nothing'],
  ['featured ? 1 : 2', 'may-be-absent', 'featured', 'takes it for false'],
  ['[1..brandId]', 'may-be-absent', 'brandId', 'the range is empty'],
  ['rows^(sent)', 'may-be-absent', 'sent', 'sorts last'],
  ['rows[sent < ordered]', 'may-be-absent', 'sent', '< answers nothing'],
  ['rows[gift]', 'may-be-absent', 'gift', 'leaves it out'],
  ['$filter(rows, function($r) { $r.gift })', 'may-be-absent', '$r.gift', 'leaves it out'],
  ['$trim(identity.ean)', 'may-be-absent', 'identity.ean', '$trim answers nothing'],
  ['rows[0].ordered * 2', 'may-be-absent', 'rows[0].ordered', '* answers nothing'],
  ['stock.weight.magnitude > 1', 'may-be-absent', 'stock.weight.magnitude', '$default(stock.weight.magnitude, 0)'],
  ['warehouses.`2`.onHand - 1', 'may-be-absent', 'warehouses.`2`.onHand', '- answers nothing'],
  ['$add(brandId, 1)', 'may-be-absent', 'brandId', 'fails the record'],
  ['$greatest(rows.sent)', 'may-be-absent', 'rows.sent', 'may have no members'],
  ['(brandId) * 2', 'may-be-absent', '(brandId)', '$default(brandId, 0)'],
  ['$exists(brandId) or brandId > 3', 'may-be-absent', 'brandId', '> answers nothing'],
  ["(stock.tracked ? 'yes') & '!'", 'may-be-absent', "(stock.tracked ? 'yes')", '&'],
])

describe('5.1 absent: in a keep', () => {
  it.each([
    ['featured', 'may-be-absent', 'neither true nor false'],
    ['featured = true', 'may-be-absent', 'answers false'],
    ['$boolean(brandId)', 'may-be-absent', 'neither true nor false'],
    ['status', 'not-a-condition', 'a condition is exactly true or false'],
    ['rows', 'not-a-condition', '$count(rows) > 0'],
    ['rows[ordered > 1]', 'not-a-condition', '$count(rows[ordered > 1]) > 0'],
    ['stock', 'not-a-condition', '$exists(stock)'],
    ['$trim', 'not-a-condition', 'Call it'],
    ['true', 'constant-condition', 'always the same'],
  ])('%s → %s', (source, code, says) => {
    expect(finding(source, code, 'condition').text).toContain(says)
  })
})

cases('5.3 lists: a list where one value is needed', [
  ["rows.sku = 'A'", 'list-compared', '=', "Write 'A' in rows.sku"],
  ["rows.sku != 'A'", 'list-compared', '!=', "$not('A' in rows.sku)"],
  ['rows.ordered > 3', 'list-compared', '>', '$total(rows.ordered)'],
  ["rows.sku in ['A']", 'list-as-value', 'rows.sku', 'the left side of `in`'],
  ["rows.sku & 'x'", 'list-as-value', 'rows.sku', '$join'],
  ['rows.ordered + 1', 'list-as-value', 'rows.ordered', '$total'],
  ['$trim(rows.sku)', 'list-as-value', 'rows.sku', 'rows.sku[0]'],
  ['$string(rows)', 'list-as-value', 'rows', 'needs one value'],
  ['$exists(rows)', 'exists-of-list', 'rows', '$count(rows) > 0'],
  ['$exists($items)', 'exists-of-list', '$items', '$count($items) > 0'],
  ['$map(rows, function($r) { $r.notes })', 'list-in-list', 'function(', 'flatten on purpose'],
])

cases('comparisons of types', [
  ["id = '3'", 'comparison-of-types', '=', 'without quotes: 3'],
  ['status > 3', 'comparison-of-types', '>', '$number(status)'],
  ["stock.tracked = 'true'", 'comparison-of-types', '=', 'Write true without quotes'],
  ["status = 'LIEV'", 'comparison-of-types', "'LIEV'", "Write 'LIVE'."],
  ["status in ['LIVE', 'ARCHIVD']", 'comparison-of-types', "'ARCHIVD'", "Write 'ARCHIVED'."],
  ['brandId = null', 'compared-with-null', '=', '$not($exists(brandId))'],
])

cases('5.17 not in expressions', [
  ['$now()', 'forbidden-function', '$now', '$run.startedAt'],
  ['$millis()', 'forbidden-function', '$millis', '$run.startedAt'],
  ['$random()', 'forbidden-function', '$random', 'chance'],
  ['$shuffle(rows)', 'forbidden-function', '$shuffle', 'chance'],
  ["$eval('1')", 'forbidden-function', '$eval', 'the expression itself'],
  ['$map(rows, $random)', 'forbidden-function', '$random', 'not allowed'],
  ["$toMillis('10:00', '[H01]:[m01]')", 'hidden-clock', "'[H01]:[m01]'", '[Y]'],
  ['$env.SECRET', 'unknown-variable', '$env', 'There is no variable $env'],
  ['$credentials.clientSecret', 'unknown-variable', '$credentials', 'There is no variable'],
])

cases('5.2 decimals: arithmetic that is not exact', [
  ['net * 1.25', 'inexact-arithmetic', '*', '$mul(net, 1.25)'],
  ['id + 0.5', 'inexact-arithmetic', '+', '$add(id, 0.5)'],
  ['net / 3', 'inexact-arithmetic', '/', '$div(net, 3, 4)'],
  ['$sum([net, net])', 'inexact-arithmetic', '[net, net]', '$total'],
])

cases('others', [
  ["rows{ 'sku': sku, 'id': id }", 'group-by-constant', "'sku'", 'list.{ … }'],
  ['$round(id)', 'half-even-rounding', '$round', '$roundHalfUp'],
  ['$contains(status, /(?=L)I/)', 'unbounded-regex', '/(?=L)I/', 'look-around'],
  ['$match(status, /(.)\\1/)', 'unbounded-regex', '/(.)\\1/', 'back-reference'],
  ['$exists', 'wrong-type', '$exists', 'Call it'],
])

/** Right in every case: nothing may be reported. */
const right: readonly string[] = [
  'id',
  '$',
  '$$.id',
  'identity.sku',
  "$exists(identity.ean) ? identity.ean & '-' : ''",
  '$exists(brandId) and brandId > 3',
  '$not($exists(brandId)) or brandId > 3',
  '$exists(stock.weight.magnitude) ? $mul(stock.weight.magnitude, 2) : 0',
  'brandId != null and brandId > 3',
  'brandId ? brandId : 1',
  'brandId ?: 1',
  'brandId ?? 1',
  '(brandId ?? 1) + 1',
  'identity.mpn ? identity.mpn : identity.sku',
  'identity.mpn ? $trim(identity.mpn) : identity.sku',
  'stock.weight ? stock.weight.magnitude > 3 : false',
  '$default(brandId, 0) > 3',
  '$default(featured, false)',
  '$boolean(brandId)',
  '$total(rows.sent) + 1',
  '$count(rows[ordered > 1]) = 0',
  '$count(rows) > 0 ? $max(rows.ordered) : 0',
  '$count(rows) = 0 ? 0 : $max(rows.ordered)',
  '$count(rows[ordered > 1]) > 0 ? $min(rows[ordered > 1].ordered) : 0',
  '$max($append(rows.ordered, 0))',
  '$sum([1, id])',
  '$atLeast(0, id - $options.buffer)',
  "'A' in rows.sku",
  'id in rows.id',
  'rows[$exists(sent) and sent < ordered]',
  'rows[$exists(sent)].(sent + ordered)',
  '$filter(rows, function($r) { $exists($r.sent) }).(sent + 1)',
  'rows[id = $record.id]',
  'rows[sku = $record.identity.sku][0].ordered',
  'rows[0]',
  'rows[-1].sku',
  '$sort(rows, function($a, $b) { $a.ordered > $b.ordered })[0].sku',
  'rows^(>ordered, sku).sku',
  'rows{sku: $sum(ordered)}',
  "rows.{ 'sku': sku, 'sent': sent }",
  "$map(rows, function($r, $i) { $r.sku & ':' & $i })",
  '$map(rows.sku, $trim)',
  '$reduce(rows.ordered, function($a, $b) { $a + $b }, 0)',
  '$each(warehouses, function($w, $k) { $k & $w.onHand })',
  '$exists(warehouses.`2`) ? warehouses.`2`.onHand : 0',
  '$lookup(warehouses, $string(id)).onHand',
  '$sift(warehouses, function($w) { $w.onHand > 0 })',
  '$single(rows, function($r) { $r.id = 1 }).sku & ""',
  "$join(rows.sku, ', ')",
  '$firstOf([identity.ean, identity.mpn, identity.sku])',
  '( $x := rows[0]; $exists($x) ? $x.ordered + 1 : 0 )',
  '( $even := function($n) { $n = 0 ? true : $odd($n - 1) }; $odd := function($n) { $n = 0 ? false : $even($n - 1) }; $even(4) )',
  'rows.sku ~> $join("-")',
  '( $up := $uppercase ~> $trim; $up(status) )',
  '( $addOne := $add(?, 1); $addOne(2) )',
  '$ ~> | rows | { "sku": $uppercase(sku) }, "sent" |',
  'rows@$r.($r.sku)',
  'rows#$i.($i & sku)',
  'rows.%.id',
  '**.sku',
  'warehouses.*.onHand',
  '$free.anything.at[all > 3].x + 1 & $free.y',
  '$not($free.x) and $free.y = 3 and $sum($free.z) > 2',
  "status = 'LIVE' ? 'Coming' : 'Inactive'",
  '$contains(status, /^L/i) ? 1 : 2',
  '$match(status, /(L)(I)/).groups[0]',
  "$split(status, '/')[0] & ''",
  '$keys(warehouses)',
  '$append(rows.sku, identity.ean)',
  '$distinct(rows.sku)',
  '$zip(rows.sku, rows.id)',
  "$count(rows.sku[$ = 'A'])",
  '{}',
  '[]',
  '()',
  "tags[0] ?? ''",
  '$type(brandId)',
  '$merge([{ "a": 1 }, identity.ean ? { "ean": identity.ean } : {}])',
  'stock.tracked = true',
  'rows.(sku & $record.status)',
  'rows.($r := $; $record.identity.sku & $r.sku)',
  "$substringBefore(identity.sku, '-')",
  'identity.sku ~> $trim()',
  '(rows.ordered)[0] ?? 0',
  '$formatNumber(net, "0.00")',
  'net > 9',
  '$total(rows.ordered) + 1',
  'id / 2 + id % 3',
  "identity{ 'a': sku }",
  '( $tree := function($n) { $n > 3 ? [] : [$n, $tree($n + 1)] }; $count($tree(0)) + 1 )',
]

describe('correct expressions have no findings', () => {
  it.each(right)('%s', (source) => {
    expect(compiled(source).problems).toEqual([])
  })
})

describe('5.1 absent: what a condition has shown', () => {
  it('is present for what comes after it', () => {
    const { whenTrue, problems } = compiled('$exists(brandId) and $exists($stock.onHand)', 'condition')
    expect(problems).toEqual([])
    const { input, variables } = whenTrue ?? {}
    expect(input?.kind === 'object' && input.fields.get('brandId')).toEqual({ kind: 'number' })
    const stock = variables?.get('stock')
    expect(stock?.kind === 'object' && stock.fields.get('onHand')).toEqual({ kind: 'number' })
  })

  it('holds for neither side of an or', () => {
    const { whenTrue } = compiled('$exists(brandId) or $exists(featured)', 'condition')
    const input = whenTrue?.input
    expect(input?.kind === 'object' && input.fields.get('brandId')).toEqual({ kind: 'number', optional: true })
  })
})

describe('5.3 lists: types', () => {
  it.each([
    ['rows.sku', 'list'],
    ['rows[ordered > 1]', 'list'],
    ['rows[0]', 'object'],
    ['rows[0].notes', 'list'],
    ['rows.notes', 'list'],
    ['identity.sku', 'string'],
    ['$map(rows, function($r) { $r.id })', 'list'],
    ["stock.tracked ? rows : { 'sku': 'A' }", 'list'],
    ['identity[]', 'list'],
  ])('%s is %s', (source, kind) => {
    expect(compiled(source).type.kind).toBe(kind)
  })
})
