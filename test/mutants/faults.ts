/** Plausible faults of a source file: mistakes that a person might make and the compiler accepts. */
import { sqlFaults } from './sql-faults.ts';
import { type Node, parse, walk } from './syntax.ts';

/** Replaces the range from `start` to `end` with `text`. */
export type Edit = { readonly kind: string; readonly start: number; readonly end: number; readonly text: string };
export type Fault = Edit & {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Lines whose execution reaches the fault: its own or, for code that runs at module load, those that use it. */
  readonly reachedBy: readonly number[] | 'load';
  readonly before: string;
  readonly after: string;
};

type Nodes = { readonly node: Node; readonly parent: Node | undefined; readonly ancestors: readonly Node[] };
type Mutator = (nodes: Nodes, text: string) => Edit[];
type Sequence = readonly Node[];

/** Names of properties that hold prose. */
const PROSE = new Set(['description', 'summary', 'title', 'tags', 'operationId', 'example', 'examples', 'help']);
/** Larger numbers are durations or bounds, smaller ones counts or positions. */
const LARGE = 100;

const EDGES: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const LOGIC: Record<string, string> = { '&&': '||', '||': '&&' };

const MUTATORS: readonly Mutator[] = [
  missingAwait,
  droppedStatement,
  removedGuard,
  negatedCondition,
  otherOperator,
  otherNumber,
  swappedStatements,
  emptiedHandler,
  removedElement,
  otherText,
  otherPattern,
  otherSql,
];

/** All faults in source order, without equivalent ones. `isProgram` recognizes those that leave a valid program. */
export function faultsOf(file: string, text: string): Fault[] {
  const program = parse(file, text);
  if (program === null) throw new Error(`${file} cannot be parsed`);
  const lines = lineStarts(text);
  const found: { edit: Edit; ancestors: readonly Node[] }[] = [];
  walk(program, (node, ancestors) => {
    if (node.type === 'ImportDeclaration') return;
    const nodes = { node, ancestors, parent: ancestors.at(-1) };
    for (const mutator of MUTATORS)
      for (const edit of mutator(nodes, text)) found.push({ edit, ancestors: [...ancestors, node] });
  });
  return found
    .filter(({ edit }) => text.slice(edit.start, edit.end) !== edit.text)
    .map(({ edit, ancestors }) => ({
      ...edit,
      file,
      line: lineOf(lines, edit.start),
      reachedBy: reachedBy(edit, ancestors, text, lines),
      ...shown(text, edit),
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.kind.localeCompare(b.kind) || a.text.localeCompare(b.text));
}

export function isProgram(text: string, fault: Fault): boolean {
  return parse(fault.file, apply(text, fault)) !== null;
}

export function apply(text: string, { start, end, text: replacement }: Edit): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function replaced(kind: string, { start, end }: { start: number; end: number }, text: string): Edit[] {
  return [{ kind, start, end, text }];
}

function missingAwait({ node, parent }: Nodes, text: string): Edit[] {
  if (node.type !== 'AwaitExpression') return [];
  if (parent?.type !== 'ExpressionStatement' && parent?.type !== 'ReturnStatement') return [];
  return replaced('missing await', node, text.slice(node.argument.start, node.argument.end));
}

function droppedStatement({ node }: Nodes): Edit[] {
  if (node.type !== 'ExpressionStatement') return [];
  const { expression } = node;
  const inner = expression.type === 'AwaitExpression' ? expression.argument : expression;
  const effects = ['CallExpression', 'AssignmentExpression', 'UpdateExpression', 'UnaryExpression', 'ChainExpression'];
  return effects.includes(inner.type) ? replaced('dropped statement', node, ';') : [];
}

function removedGuard({ node }: Nodes): Edit[] {
  if (node.type !== 'IfStatement' || node.alternate !== null) return [];
  return leaves(node.consequent)
    ? replaced('removed guard', node, ';')
    : replaced('removed condition', node.test, 'true');
}

function leaves(statement: Node): boolean {
  if (statement.type === 'BlockStatement') return statement.body.length === 1 && leaves(statement.body[0] as Node);
  return ['ReturnStatement', 'ThrowStatement', 'ContinueStatement', 'BreakStatement'].includes(statement.type);
}

function negatedCondition({ node }: Nodes, text: string): Edit[] {
  if (node.type !== 'IfStatement' && node.type !== 'ConditionalExpression') return [];
  const { start, end } = node.test;
  return replaced('negated condition', node.test, `!(${text.slice(start, end)})`);
}

function otherOperator({ node }: Nodes, text: string): Edit[] {
  if (node.type !== 'BinaryExpression' && node.type !== 'LogicalExpression') return [];
  const other = EDGES[node.operator] ?? LOGIC[node.operator];
  if (other === undefined) return [];
  const kind = node.type === 'BinaryExpression' ? 'other edge' : '&& for ||';
  const left = text.slice(node.left.start, node.right.start);
  const start = node.left.start + left.lastIndexOf(node.operator);
  // Parentheses preserve the binding of the original operator.
  if (node.type === 'BinaryExpression') return replaced(kind, { start, end: start + node.operator.length }, other);
  const [a, b] = [text.slice(node.left.start, start), text.slice(start + node.operator.length, node.right.end)];
  return replaced(kind, node, `((${a.trim()}) ${other} (${b.trim()}))`);
}

function otherNumber({ node, parent }: Nodes): Edit[] {
  if (node.type !== 'Literal' || typeof node.value !== 'number' || !Number.isInteger(node.value)) return [];
  if (parent?.type === 'Property' && parent.key === node) return [];
  const { value } = node;
  if (value < LARGE) return replaced('off by one', node, String(value + 1));
  const larger = replaced('1,000 times as much', node, String(value * 1_000));
  return value % 1_000 === 0 ? [...larger, ...replaced('a thousandth', node, String(value / 1_000))] : larger;
}

function swappedStatements({ node }: Nodes, text: string): Edit[] {
  const statements = statementsOf(node);
  return statements.slice(1).flatMap((second, index) => {
    const first = statements[index] as Node;
    if (first.type !== 'ExpressionStatement' || second.type !== 'ExpressionStatement') return [];
    if (first.expression.type !== 'AwaitExpression' && second.expression.type !== 'AwaitExpression') return [];
    const [one, between, two] = [
      text.slice(first.start, first.end),
      text.slice(first.end, second.start),
      text.slice(second.start, second.end),
    ];
    return replaced('swapped statements', { start: first.start, end: second.end }, two + between + one);
  });
}

function statementsOf(node: Node): Sequence {
  if (node.type === 'BlockStatement') return node.body;
  return node.type === 'SwitchCase' ? node.consequent : [];
}

function emptiedHandler({ node }: Nodes): Edit[] {
  const bodies = node.type === 'TryStatement' ? [node.handler?.body, node.finalizer] : [];
  return bodies.flatMap((body) => (body && body.body.length > 0 ? replaced('emptied handler', body, '{}') : []));
}

function removedElement({ node }: Nodes, text: string): Edit[] {
  if (node.type !== 'ArrayExpression') return [];
  const { elements } = node;
  return elements.flatMap((element, index) => {
    if (element === null) return [];
    const next = elements[index + 1];
    const previous = elements[index - 1];
    if (next) return replaced('removed element', { start: element.start, end: next.start }, '');
    if (previous) return replaced('removed element', { start: previous.end, end: element.end }, '');
    return text.slice(element.start, element.end) === '' ? [] : replaced('removed element', element, '');
  });
}

/** Only texts that others see or compare: field values, operands of comparisons, header names. */
function otherText({ node, parent, ancestors }: Nodes): Edit[] {
  if (node.type !== 'Literal' || typeof node.value !== 'string' || node.value === '') return [];
  const compared = parent?.type === 'BinaryExpression' || parent?.type === 'SwitchCase';
  const header = parent?.type === 'CallExpression' && isHeaderCall(parent) && parent.arguments.includes(node);
  const field = parent?.type === 'Property' && parent.value === node && !ancestors.some(isProse);
  return compared || header || field ? replaced('other text', node, JSON.stringify(`~${node.value}`)) : [];
}

function isHeaderCall(call: Node): boolean {
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return false;
  const { property } = call.callee;
  return property.type === 'Identifier' && /^(?:header|setHeader|appendHeader|type)$/.test(property.name);
}

function isProse(node: Node): boolean {
  return node.type === 'Property' && node.key.type === 'Identifier' && PROSE.has(node.key.name);
}

function otherPattern({ node }: Nodes, text: string): Edit[] {
  if (node.type !== 'Literal' || !('regex' in node)) return [];
  const { pattern, flags } = node.regex;
  const written = (other: string, otherFlags = flags) => replaced('other pattern', node, `/${other}/${otherFlags}`);
  if (text.slice(node.start, node.end) !== `/${pattern}/${flags}`) return [];
  return [
    ...(pattern.startsWith('^') ? written(pattern.slice(1)) : []),
    ...(pattern.endsWith('$') && !pattern.endsWith('\\$') ? written(pattern.slice(0, -1)) : []),
    ...(flags.includes('i') ? written(pattern, flags.replace('i', '')) : []),
  ];
}

function otherSql({ node }: Nodes, text: string): Edit[] {
  if (node.type !== 'TaggedTemplateExpression') return [];
  const { start, end } = node.quasi;
  return sqlFaults(text.slice(start + 1, end - 1), start + 1);
}

/**
 * For a fault in a function: its lines. For one in a module constant, which every test loads: lines that name the
 * constant; if other modules use it, or nothing does, loading is all that is known.
 */
function reachedBy(edit: Edit, ancestors: readonly Node[], text: string, lines: readonly number[]): Fault['reachedBy'] {
  const own = range(lineOf(lines, edit.start), lineOf(lines, edit.end));
  if (ancestors.some(runsLater)) return own;
  const [, top] = ancestors;
  if (top?.type !== 'VariableDeclaration') return 'load';
  const [declared] = top.declarations;
  if (declared?.id.type !== 'Identifier') return 'load';
  const uses = [...text.matchAll(new RegExp(`\\b${declared.id.name}\\b`, 'g'))]
    .filter(({ index }) => index < top.start || index >= top.end)
    .map(({ index }) => lineOf(lines, index));
  return uses.length > 0 ? uses : 'load';
}

function runsLater(node: Node): boolean {
  if (node.type === 'PropertyDefinition') return !node.static;
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

function lineOf(starts: readonly number[], offset: number): number {
  return starts.findLastIndex((start) => start <= offset) + 1;
}

/** The changed lines without context. */
function shown(text: string, edit: Edit): { before: string; after: string } {
  const from = text.lastIndexOf('\n', edit.start - 1) + 1;
  const end = text.indexOf('\n', edit.end);
  const to = end < 0 ? text.length : end;
  const oneLine = (part: string) => part.replace(/\s+/g, ' ').trim();
  return {
    before: oneLine(text.slice(from, to)),
    after: oneLine(text.slice(from, edit.start) + edit.text + text.slice(edit.end, to)),
  };
}
