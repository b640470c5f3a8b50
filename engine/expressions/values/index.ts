export { compileReader, type Reader } from './reader.ts'
export { type JsonSchema, SchemaError } from './shape.ts'
export { type Converted, type ValueProblem, type ValueProblemCode, valueProblemCodes } from './value-problem.ts'
export { compileWriter, type Writer } from './writer.ts'
