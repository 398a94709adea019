/** The style sheet of the HTML report: light and dark as the reader's system asks, and for print. */
export const HTML_STYLE = `
:root { color-scheme: light dark;
  --bg: light-dark(#f6f7f9, #0c0e11); --card: light-dark(#ffffff, #15181d); --line: light-dark(#d4d9e0, #2c323b);
  --fg: light-dark(#12161d, #e9ecf1); --quiet: light-dark(#525b68, #9aa4b2); --accent: light-dark(#1f57d6, #74a2ff);
  --good: light-dark(#007439, #72d38f); --bad: light-dark(#b3261e, #ff9d94); --tint: light-dark(#fdecea, #3a1b1a); }
* { box-sizing: border-box; }
body { margin: 0; padding: 24px; background: var(--bg); color: var(--fg); font: 14px/1.5 system-ui, sans-serif; }
main { max-width: 1100px; margin: 0 auto; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 0; } h3 { font-size: 14px; margin: 20px 0 6px; }
p { margin: 4px 0; } .quiet { color: var(--quiet); } .good { color: var(--good); } .bad { color: var(--bad); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px 20px; margin: 16px 0; }
table { border-collapse: collapse; width: 100%; } caption { text-align: start; color: var(--quiet); padding-bottom: 4px; }
th, td { text-align: start; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; } td.n { white-space: nowrap; font-variant-numeric: tabular-nums; }
tr.failed td { background: var(--tint); }
.why { border-inline-start: 4px solid var(--bad); background: var(--tint); padding: 8px 14px; margin: 12px 0; }
.why dt { font-weight: 600; } .why dd { margin: 0 0 6px; overflow-wrap: anywhere; }
a { color: var(--accent); } :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
td:first-child, th:first-child { padding-inline-start: 8px; }
.scroll { overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 6px; }
summary { cursor: pointer; padding: 2px 0; } details.failed > summary { color: var(--bad); font-weight: 600; }
pre { margin: 4px 0 10px; padding: 10px 12px; background: var(--bg); border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.45 ui-monospace, monospace; }
.ladder { display: block; font: 12px ui-monospace, monospace; }
.ladder text { fill: var(--fg); } .ladder .lane { font-weight: 600; } .ladder .address, .ladder .time { fill: var(--quiet); font-size: 11px; }
.ladder .pole { stroke: var(--line); stroke-width: 2; }
.ladder .arrow { color: var(--fg); text-decoration: none; } .ladder a:hover .label { text-decoration: underline; }
.ladder .shaft { stroke: currentColor; stroke-width: 1.5; } .ladder .response .shaft { stroke-dasharray: 5 3; }
.ladder .tip { fill: currentColor; } .ladder .good { color: var(--good); } .ladder .bad, .ladder .failed { color: var(--bad); }
.ladder .failed .shaft { stroke-width: 2.5; } .ladder .failed .label { fill: var(--bad); font-weight: 700; }
@media print { body { background: none; padding: 0; } .scroll { max-height: none; } section { break-inside: avoid-page; } }
`;
