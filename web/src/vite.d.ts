/** Types of what the build provides. */
declare module '*.css';
declare module '*?url' {
  const url: string;

  // biome-ignore lint/style/noDefaultExport: the build gives it this way
  export default url;
}
interface ImportMeta {
  readonly env: { readonly PROD: boolean; readonly DEV: boolean };
}
