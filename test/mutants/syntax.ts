/** The syntax tree of a source file, and walks over it. */
import { type Node, parseSync, visitorKeys } from 'oxc-parser';

export type { Node };

/** @returns null if the text is not TypeScript */
export function parse(file: string, text: string): Node | null {
  const { program, errors } = parseSync(file, text);
  return errors.length > 0 ? null : program;
}

/** Calls `visit` for every node, parents first; `ancestors` begins with the root. Types are skipped. */
export function walk(
  node: Node,
  visit: (node: Node, ancestors: readonly Node[]) => void,
  ancestors: readonly Node[] = [],
): void {
  visit(node, ancestors);
  const path = [...ancestors, node];
  for (const child of childrenOf(node)) if (!isType(child)) walk(child, visit, path);
}

function childrenOf(node: Node): Node[] {
  const fields = new Map(Object.entries(node));
  return (visitorKeys[node.type] ?? []).flatMap((key) => [fields.get(key)].flat()).filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Syntax that type stripping removes; `x as T` and `x!` are expressions. */
function isType({ type }: Node): boolean {
  return type.startsWith('TS') && !/^TS(As|NonNull|Satisfies|TypeAssertion|Instantiation)/.test(type);
}
