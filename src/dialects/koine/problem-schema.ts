/** Problem details (RFC 9457), as all errors of koine are answered. */
import { Type } from 'typebox';
import { Id, Moment } from './schema.ts';

const FieldProblem = Type.Object({
  pointer: Type.Optional(Type.String({ description: 'The place in the body (JSON pointer).' })),
  parameter: Type.Optional(Type.String({ description: 'Of the path, the query or the headers.' })),
  code: Type.String(),
  detail: Type.String(),
});
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'The page that explains the code.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String({ description: 'For programs.' }),
    errors: Type.Optional(Type.Array(FieldProblem)),
    until: Type.Optional(Moment),
    sanction: Type.Optional(Id),
    reason: Type.Optional(Type.String({ description: 'Why a moderator decided so.' })),
    instance: Type.Optional(Type.String({ description: 'The id of the request, as in the log of the server.' })),
  },
  { title: 'Problem', description: 'Problem details (RFC 9457).' },
);
