/** The look of the report: light and dark by the reader's choice, and on paper. Nothing is told by colour alone. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#171b22;--soft:#566070;--line:#dfe3ea;--code:#eef1f5;
--good:#15794a;--good-bg:#e4f5ec;--bad:#bf2331;--bad-bg:#fdeaec;--warn:#8f5f00;--warn-bg:#fdf3dc;--cool:#1f5fae;--cool-bg:#e6f0fb;--odd:#7344ad;--odd-bg:#f2eafb}
@media (prefers-color-scheme:dark){:root{--page:#0f1216;--card:#181c22;--ink:#e8ebf0;--soft:#9aa5b5;--line:#2b323c;--code:#222831;
--good:#4fce8b;--good-bg:#12301f;--bad:#ff7a85;--bad-bg:#3a171b;--warn:#e6b450;--warn-bg:#33270d;--cool:#77b2f5;--cool-bg:#14283f;--odd:#c49df0;--odd-bg:#2a1e3b}}
*{box-sizing:border-box}
body{margin:0;overflow-wrap:anywhere;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1180px;margin:0 auto;padding:28px 24px 64px}
.top{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:baseline;color:var(--soft);font-size:13.5px;margin-bottom:14px}
.top b{color:var(--ink);font-size:15px;letter-spacing:.01em}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin:0 0 18px}
.hero{border-left:6px solid var(--soft);padding:24px 26px}
.hero.good{border-left-color:var(--good)}.hero.bad{border-left-color:var(--bad)}.hero.unsure{border-left-color:var(--warn)}
.hero .kicker{font-weight:650;letter-spacing:.04em;text-transform:uppercase;font-size:12.5px}
.good>.kicker{color:var(--good)}.bad>.kicker{color:var(--bad)}.unsure>.kicker{color:var(--warn)}
h1{margin:4px 0 6px;font-size:clamp(26px,4.6vw,42px);line-height:1.12;letter-spacing:-.02em;font-weight:700}
h2{margin:0 0 4px;font-size:18px;letter-spacing:-.01em}
h2+.lead{margin:0 0 14px}
.lead{color:var(--soft);margin:0 0 10px;max-width:80ch}
.tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px;margin:18px 0 16px}
.tile{border:1px solid var(--line);border-radius:10px;padding:12px 14px;min-width:0}
.tile b{display:block;font-size:26px;line-height:1.2;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.tile span{color:var(--soft);font-size:13px}
.tile.good b{color:var(--good)}.tile.bad b{color:var(--bad)}.tile.unsure b{color:var(--warn)}
.bar{display:block;width:100%;height:16px;border-radius:8px}
.keys{display:flex;flex-wrap:wrap;gap:4px 18px;margin:10px 0 0;padding:0;list-style:none;font-size:13px;color:var(--soft)}
.keys svg{width:11px;height:11px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.note{border-radius:10px;padding:12px 16px;margin:0 0 18px;background:var(--warn-bg);color:var(--warn);border:1px solid currentColor}
.note ul{margin:4px 0 0;padding-left:20px}
.note b,.note li{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th{text-align:left;overflow-wrap:normal;font-weight:600;color:var(--soft);font-size:12px;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);vertical-align:bottom}
td{padding:8px 10px 8px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
tr:last-child td{border-bottom:0}
@media (min-width:681px){
.edges,.witnesses,.inputs{table-layout:fixed}
.edges th:nth-child(1){width:148px}.edges th:nth-child(2){width:20%}.edges th:nth-child(3){width:21%}.edges th:nth-child(5){width:92px}.edges th:nth-child(6){width:76px}.edges th:nth-child(7){width:84px}
.inputs th:nth-child(1){width:36%}.inputs th:nth-child(3){width:18%}
.witnesses th:nth-child(1){width:98px}.witnesses th:nth-child(2){width:25%}}
.r{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th.r,td.r{padding-left:10px}
.n{font-weight:550;overflow-wrap:anywhere}
.id{display:block;color:var(--soft);font:12px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
code{background:var(--code);padding:1px 5px;border-radius:5px}
pre{white-space:pre-wrap;margin:0}
.tag{display:inline-flex;align-items:center;gap:5px;white-space:nowrap;border-radius:20px;padding:1px 10px 1px 7px;font-size:12.5px;font-weight:600}
.tag svg{width:14px;height:14px;flex:none}
.proven{color:var(--good);background:var(--good-bg)}.plaintext{color:var(--bad);background:var(--bad-bg)}.tls{color:var(--cool);background:var(--cool-bg)}
.unknown{color:var(--odd);background:var(--odd-bg)}.turned{color:var(--warn);background:var(--warn-bg)}.exempt{color:var(--soft);background:var(--code)}
.says.good{color:var(--good)}.says.bad{color:var(--bad)}.says.cool{color:var(--cool)}.says.warn{color:var(--warn)}.says.soft{color:var(--soft)}
.says.bad{font-weight:600}
.graph{overflow-x:auto;margin:0 -6px;padding:4px 6px}
.graph svg{display:block;margin:0 auto;max-width:none}
@media (min-width:681px){.graph.fit svg{max-width:100%;height:auto}}
.graph text{font:12.5px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--ink)}
.graph .sub{font-size:10.5px;fill:var(--soft)}
.graph .port{font-size:11px;font-weight:600}
.box{fill:var(--card);stroke:var(--line);stroke-width:1.5}
.box.known{stroke:var(--good);stroke-width:1.5}
.edge path{fill:none;stroke:currentColor;stroke-width:1.8}
.edge.plaintext path{stroke-width:2.6}.edge.unknown path{stroke-dasharray:6 4}.edge.turned path{stroke-dasharray:2 4}.edge.exempt path{stroke-dasharray:1 4}
.edge .plate{fill:var(--card);stroke:currentColor;stroke-width:1.2}
.edge text{fill:currentColor}
.g.proven,.g.plaintext,.g.tls,.g.unknown,.g.turned,.g.exempt{background:none}
.finding{border-left:4px solid var(--soft);padding:2px 0 2px 14px;margin:0 0 18px;break-inside:avoid}
.finding:last-child{margin-bottom:0}
.finding.error{border-color:var(--bad)}.finding.warning{border-color:var(--warn)}
.finding h3{margin:0 0 2px;font-size:14px}
.finding p{margin:0 0 4px;overflow-wrap:anywhere}
.finding .help{color:var(--soft)}
.finding ul{margin:4px 0 0;padding:0;list-style:none;font-size:13px;color:var(--soft)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:6px 18px;margin:0;font-size:13.5px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.foot{color:var(--soft);font-size:12.5px}
@media (max-width:680px){
main{padding:16px 12px 40px}.card{padding:16px 14px}.hero{padding:18px 16px}
.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,td{display:block}
tr{border:1px solid var(--line);border-radius:10px;padding:8px 12px;margin:0 0 10px}
td,td.r{border:0;padding:3px 0;text-align:left;white-space:normal}
td[data-l]::before{content:attr(data-l);display:block;color:var(--soft);font-size:11.5px}
td:empty{display:none}
dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin-bottom:8px}}
@media print{
:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--code:#f1f1f1;--good:#0d5f38;--good-bg:#fff;--bad:#a31522;--bad-bg:#fff;--warn:#6d4800;--warn-bg:#fff;--cool:#174a8a;--cool-bg:#fff;--odd:#5a3190;--odd-bg:#fff}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
@page{margin:14mm}
body{font-size:10.5pt}main{padding:0;max-width:none}
.card{border:0;border-top:1px solid var(--line);border-radius:0;padding:12px 0}.hero{border-top:0;border-left:6px solid;padding:6px 0 6px 16px}
.tag{border:1px solid currentColor}
table,.says{font-size:8pt}th{font-size:7.5pt}th,td{padding-right:6px}th.r,td.r{padding-left:4px}.id,code,pre{font-size:7pt}.tag{font-size:7.5pt}
.edges th:nth-child(1){width:112px}.edges th:nth-child(n+5){width:68px}.witnesses th:nth-child(1){width:72px}.witnesses th:nth-child(2){width:24%}.inputs th:nth-child(1){width:32%}
h2{break-after:avoid}tr,.tile{break-inside:avoid}
.graph{overflow:visible;margin:0}.graph svg{max-width:100%;height:auto}}
`;
