/** Schemas become code at the first request that needs them: no start waits for it, and most of it may never be needed. */
import fastJson from 'fast-json-stringify';
import type { FastifyInstance } from 'fastify';
import { createChecks } from '../dialects/shared/check.ts';
import { toIssue } from '../dialects/shared/validation.ts';
import { AppError } from '../errors.ts';

/** For all routes whose dialect has no way of its own. */
export function compileLate(app: FastifyInstance): void {
  const checkOf = createChecks();
  app.setValidatorCompiler<object>(({ schema }) => (data) => {
    const faults = checkOf(schema)(data);
    // Without what came: these dialects repeat none of it.
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
