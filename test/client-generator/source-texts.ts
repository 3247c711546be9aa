/** Extracts texts from TypeScript sources. In this package, as it needs a TypeScript with a JavaScript API. */
import ts from 'typescript';

export type SourceText = {
  readonly line: number;
  /** `…` stands for each variable part, a space for each line break. */
  readonly text: string;
  /** The call or property that takes the text: `new Error`, `logger.warn`, `details`; '' if there is none. */
  readonly place: string;
};

/** String literals, except in types, imports and tagged templates (SQL). */
export function textsOf(source: string): SourceText[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const found: SourceText[] = [];

  function visit(node: ts.Node): void {
    if (ts.isTaggedTemplateExpression(node) || ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    const text = textOf(node);
    if (text === null) return void ts.forEachChild(node, visit);
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push({ line: line + 1, text: text.replace(/\s+/g, ' ').replace(/…+/g, '…').trim(), place: placeOf(node) });
    for (const part of variableParts(node)) visit(part);
  }

  visit(file);
  return found;
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  if (!isSum(node)) return null;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === null && right === null ? null : (left ?? '…') + (right ?? '…');
}

function variableParts(node: ts.Node): ts.Node[] {
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  if (!isSum(node)) return [];
  return [node.left, node.right].flatMap((side) => (textOf(side) === null ? [side] : variableParts(side)));
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

/** Stops at the nearest function, whose result is used elsewhere. */
function placeOf({ parent: node }: ts.Node): string {
  if (node === undefined || ts.isFunctionLike(node) || ts.isSourceFile(node)) return '';
  if (ts.isNewExpression(node)) return `new ${node.expression.getText()}`;
  if (ts.isCallExpression(node)) return node.expression.getText();
  if (ts.isPropertyAssignment(node)) return node.name.getText();
  return placeOf(node);
}
