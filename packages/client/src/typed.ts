/** Calls with the types of the OpenAPI document. */
import type { paths } from './api.ts';
import type { CallOptions, Method, Rest } from './rest.ts';

type MethodName<Path extends keyof paths> = {
  [Name in keyof paths[Path]]: Uppercase<Name & string> extends Method
    ? [NonNullable<paths[Path][Name]>] extends [never]
      ? never
      : Uppercase<Name & string>
    : never;
}[keyof paths[Path]];

type Operation<Path extends keyof paths, Name> = NonNullable<paths[Path][Lowercase<Name & string> & keyof paths[Path]]>;

type Given<Taken> = [NonNullable<Taken>] extends [never] ? undefined : Taken;
type Parameters<Op, Part extends 'path' | 'query'> = Op extends { parameters: infer All }
  ? Given<All[Part & keyof All]>
  : undefined;
type Body<Op> = Op extends { requestBody?: infer Taken }
  ? NonNullable<Taken> extends { content: { 'application/json': infer Json } }
    ? Json
    : undefined
  : undefined;

/** The members that a call takes, optional if they may be undefined. */
type Wanted<All> = {
  [Key in keyof All as [All[Key]] extends [undefined] ? never : undefined extends All[Key] ? never : Key]: All[Key];
} & {
  [Key in keyof All as [All[Key]] extends [undefined] ? never : undefined extends All[Key] ? Key : never]?: Exclude<
    All[Key],
    undefined
  >;
};

export type RequestOf<Path extends keyof paths, Name> = Wanted<{
  readonly path: Parameters<Operation<Path, Name>, 'path'>;
  readonly query: Parameters<Operation<Path, Name>, 'query'>;
  readonly json: Body<Operation<Path, Name>>;
}> &
  Pick<CallOptions, 'headers' | 'key' | 'signal' | 'timeout' | 'body'>;

type Json<Answer> = Answer extends { content: { 'application/json': infer Shown } } ? Shown : undefined;
export type AnswerOf<Path extends keyof paths, Name> =
  Operation<Path, Name> extends { responses: infer All } ? Json<All[keyof All]> : undefined;

/** The options may be left out if nothing in them is needed. */
type Options<Wish> = Record<never, never> extends Wish ? [options?: Wish] : [options: Wish];

export function typedCalls({ call }: Pick<Rest, 'call'>) {
  return async <Path extends keyof paths, Name extends MethodName<Path>>(
    method: Name,
    path: Path,
    ...[options]: Options<RequestOf<Path, Name>>
  ): Promise<AnswerOf<Path, Name>> => {
    const { path: parts = {}, ...rest } = (options ?? {}) as CallOptions & { path?: Record<string, string | number> };
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parts[name])));
    return (await call<AnswerOf<Path, Name>>(method, filled, rest)).body;
  };
}
