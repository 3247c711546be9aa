/**
 * Validates inputs with bounded work: at most one fault for each field. With `allErrors`, Ajv would validate every element
 * of a list and run patterns on texts that are too long. Without it, Ajv stops at the first fault and checks lengths and
 * counts before patterns and elements, whatever their order in the schema.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';

export type Fault = Pick<ErrorObject, 'instancePath' | 'keyword' | 'params' | 'data'>;
/** Also fills in the defaults of absent fields. Members that the schema does not name are ignored. */
export type Check = (input: unknown) => Fault[];

type Field = { readonly name: string; readonly check: Check; readonly required: boolean; readonly fallback: unknown };
type Form = { properties: Record<string, TSchema & { default?: unknown }>; required?: readonly string[] };

/** Compiles a schema at its first use, so that no start waits for it. */
export function createChecks(): (schema: unknown) => Check {
  // The schemas are our own: the compiler and the tests of the documents check them.
  const ajv = new Ajv({ verbose: true, strictSchema: false, validateSchema: false });
  const known = new WeakMap<object, Check>();

  function checkOf(schema: unknown): Check {
    const found = known.get(schema as object);
    if (found !== undefined) return found;
    const check = isForm(schema) ? formCheck(schema) : leafCheck(schema as object);
    known.set(schema as object, check);
    return check;
  }

  function leafCheck(schema: object): Check {
    let validate: ValidateFunction | null = null;
    return (input) => {
      validate ??= ajv.compile(schema);
      return validate(input) ? [] : (validate.errors ?? []);
    };
  }

  function formCheck({ properties, required = [] }: Form): Check {
    const fields = Object.entries(properties).map(
      ([name, schema]): Field => ({
        name,
        check: checkOf(schema),
        required: required.includes(name),
        fallback: schema.default,
      }),
    );
    return (input) => {
      if (!isRecord(input)) return [{ instancePath: '', keyword: 'type', params: { type: 'object' }, data: input }];
      const absent = fields.filter(({ name }) => !Object.hasOwn(input, name));
      for (const { name, fallback } of absent) if (fallback !== undefined) input[name] = fallback;
      const missing = absent.filter(({ required, fallback }) => required && fallback === undefined);
      const present = fields.filter((field) => !absent.includes(field));
      return [
        ...missing.map(({ name }) => missingFault(name, input)),
        ...present.flatMap((field) => faultsOf(field, input)),
      ];
    };
  }

  return checkOf;
}

function missingFault(missingProperty: string, data: unknown): Fault {
  return { instancePath: '', keyword: 'required', params: { missingProperty }, data };
}

function faultsOf({ name, check }: Field, input: Record<string, unknown>): Fault[] {
  return check(input[name]).map((fault) => ({ ...fault, instancePath: `/${name}${fault.instancePath}` }));
}

function isForm(schema: unknown): schema is Form {
  return typeof (schema as Partial<Form>).properties === 'object';
}

function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
