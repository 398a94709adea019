/** What the theme of an editor needs, in the shape of Monaco's `IStandaloneThemeData`. */
export interface CodeTheme {
  readonly base: 'vs' | 'vs-dark' | 'hc-black' | 'hc-light';
  readonly inherit: boolean;
  readonly rules: { readonly token: string; readonly foreground: string; readonly fontStyle?: string }[];
  readonly colors: Record<string, string>;
}

/** Colours of the editor by the token of tokens.css they are. */
const COLOURS: Readonly<Record<string, string>> = {
  'editor.background': '--bg-panel',
  'editor.foreground': '--fg',
  'editorLineNumber.foreground': '--fg-3',
  'editorLineNumber.activeForeground': '--fg',
  'editorLineNumber.dimmedForeground': '--fg-3',
  'editorCursor.foreground': '--accent',
  'editor.selectionBackground': '--accent-soft',
  'editor.inactiveSelectionBackground': '--bg-active',
  'editor.lineHighlightBackground': '--bg-subtle',
  'editor.lineHighlightBorder': '--bg-subtle',
  'editor.findMatchBackground': '--link-hl',
  'editor.findMatchHighlightBackground': '--bg-mark',
  'editorIndentGuide.background1': '--border',
  'editorIndentGuide.activeBackground1': '--border-strong',
  'editorBracketMatch.background': '--bg-active',
  'editorBracketMatch.border': '--border-control',
  'editorError.foreground': '--error',
  'editorWarning.foreground': '--warn',
  'editorInfo.foreground': '--accent',
  'editorGutter.background': '--bg-panel',
  'editorWidget.background': '--bg-raised',
  'editorWidget.foreground': '--fg',
  'editorWidget.border': '--border-strong',
  'editorHoverWidget.background': '--bg-raised',
  'editorHoverWidget.border': '--border-strong',
  'editorSuggestWidget.background': '--bg-raised',
  'editorSuggestWidget.border': '--border-strong',
  'editorSuggestWidget.foreground': '--fg',
  'editorSuggestWidget.selectedBackground': '--bg-selected',
  'editorSuggestWidget.selectedForeground': '--fg',
  'editorSuggestWidget.highlightForeground': '--accent',
  'editorSuggestWidget.focusHighlightForeground': '--accent',
  'list.hoverBackground': '--bg-hover',
  'input.background': '--bg-panel',
  'input.foreground': '--fg',
  'input.border': '--border-control',
  focusBorder: '--accent',
  'diffEditor.insertedLineBackground': '--ok-bg',
  'diffEditor.removedLineBackground': '--error-bg',
  'diffEditor.insertedTextBackground': '--s-2xx-tint',
  'diffEditor.removedTextBackground': '--s-5xx-tint',
  'scrollbarSlider.background': '--bg-active',
  'scrollbarSlider.hoverBackground': '--border-strong',
  'scrollbarSlider.activeBackground': '--border-control',
};

const RULES: readonly (readonly [token: string, colour: string, style?: string])[] = [
  ['', '--fg'],
  ['type', '--m-invite'],
  ['tag', '--m-invite'],
  ['attribute.name', '--m-refer'],
  ['attribute.value', '--s-2xx'],
  ['string', '--s-2xx'],
  // The built-in themes name these too, and the longer name wins.
  ['string.yaml', '--s-2xx'],
  ['metatag.xml', '--fg-3'],
  ['number', '--m-bye'],
  ['keyword', '--m-bye'],
  ['comment', '--fg-3', 'italic'],
  ['delimiter', '--fg-2'],
  ['operators', '--fg-2'],
  ['namespace', '--m-message'],
];

/** The colours of tokens.css as they are now; `light-dark()` is resolved by the browser, so it is asked. */
export function readCodeTheme(root: HTMLElement = document.documentElement): CodeTheme {
  const probe = root.appendChild(document.createElement('span'));
  const hex = (token: string): string => {
    probe.style.color = `var(${token})`;
    return hexOf(getComputedStyle(probe).color);
  };
  const isDark = luminanceOf(hex('--bg-panel')) < 0.5;
  const hasContrast = root.dataset['contrast'] === 'more';
  const theme: CodeTheme = {
    base: hasContrast ? (isDark ? 'hc-black' : 'hc-light') : isDark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: RULES.map(([token, colour, fontStyle]) => ({
      token,
      foreground: hex(colour).slice(1),
      ...(fontStyle === undefined ? {} : { fontStyle }),
    })),
    colors: Object.fromEntries(Object.entries(COLOURS).map(([key, token]) => [key, hex(token)])),
  };
  probe.remove();
  return theme;
}

/** `rgb(19, 22, 26)` or `rgba(19, 22, 26, 0.5)` as `#13161a`; alpha is kept. */
function hexOf(colour: string): string {
  const parts = colour.match(/[\d.]+/g)?.map(Number) ?? [];
  const [red = 0, green = 0, blue = 0, alpha = 1] = parts;
  const octets = alpha < 1 ? [red, green, blue, alpha * 255] : [red, green, blue];
  return `#${octets.map((n) => Math.round(n).toString(16).padStart(2, '0')).join('')}`;
}

function luminanceOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

/** Calls back when the appearance changes: by choice (attributes of the root) or by the system. */
export function onAppearanceChanged(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
  const media = window.matchMedia('(prefers-color-scheme: dark)');
  media.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', listener);
  };
}
