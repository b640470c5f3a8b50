import { builtins } from './checker/builtins.ts'
import { forbiddenFunctions } from './interpreter.ts'

/** Whether `$name` is a function of JSONata, also one that must not be called. */
export function isBuiltin(name: string): boolean {
  return builtins.has(name) || (forbiddenFunctions as readonly string[]).includes(name)
}
