/** Schemas become code at the first request that needs them: no start waits for it, and most of it may never be needed. */
import { Ajv } from 'ajv';
import fastJson from 'fast-json-stringify';
import type { FastifyInstance } from 'fastify';

/** For all routes whose dialect has no way of its own. */
export function compileLate(app: FastifyInstance): void {
  // The schemas are ours: whether they are schemas is for the compiler and for the tests of the documents.
  const ajv = new Ajv({ allErrors: true, useDefaults: true, validateSchema: false });
  app.setValidatorCompiler<object>(({ schema }) => (data) => {
    // Asked for again, Ajv has it.
    const validate = ajv.compile(schema);
    return validate(data) || { error: validate.errors ?? [] };
  });
  app.setSerializerCompiler<object>(({ schema }) => {
    let write: ((data: unknown) => string) | null = null;
    return (data) => {
      write ??= fastJson(schema);
      return write(data);
    };
  });
}
