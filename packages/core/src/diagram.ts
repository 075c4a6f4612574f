/** Diagrams of an assembled network: SVG, HTML, Mermaid and Markdown, from the graph alone. */
export { toHtml } from './diagram/html.js';
export { toMarkdown } from './diagram/markdown.js';
export { toMermaid } from './diagram/mermaid.js';
export type { Drawable } from './diagram/model.js';
export { type SvgOptions, toSvg } from './diagram/svg/svg.js';
export type { Theme } from './diagram/svg/theme.js';
