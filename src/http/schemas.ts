/** Compiles schemas on the first request that needs them: it does not delay the start, and many are never needed. */
import fastJson from 'fast-json-stringify';
import type { FastifyInstance } from 'fastify';
import { createChecks } from '../dialects/shared/check.ts';
import { toIssue } from '../dialects/shared/validation.ts';
import { AppError } from '../errors.ts';

/** For all routes whose dialect has no compiler of its own. */
export function compileLate(app: FastifyInstance): void {
  const checkOf = createChecks();
  app.setValidatorCompiler<object>(({ schema }) => (data) => {
    const faults = checkOf(schema)(data);
    // Omits the received value: these dialects do not echo it.
    const issues = faults.map((fault) => toIssue({ ...fault, data: undefined }));
    return issues.length === 0 || { error: new AppError('invalid', { issues }) };
  });
  app.setSerializerCompiler<object>(({ schema }) => {
    let write: ((data: unknown) => string) | null = null;
    return (data) => {
      write ??= fastJson(schema);
      return write(data);
    };
  });
}
