#include "report/StyleSheet.hpp"

namespace terrace::program {

const char* const reportStyleSheet = R"css(
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 84rem; padding: 1.5rem 2rem; background: #fff; color: #1a1a1a;
       font: 1rem/1.45 system-ui, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; border-bottom: 2px solid #0072B2; padding-bottom: .2rem; }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; }
h4 { font-size: .95rem; margin: 0 0 .3rem; }
nav ul { list-style: none; padding: 0; margin: .5rem 0; display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; }
a { color: #005a8c; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1.4rem 2rem; }
figure { margin: 0; min-width: 0; max-width: 44rem; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; }
figure svg image { image-rendering: pixelated; }
figcaption, caption { font-size: .85rem; color: #404040; text-align: left; }
figcaption { margin-top: .2rem; }
caption { caption-side: bottom; padding-top: .35rem; }
.scroll { overflow-x: auto; margin: .6rem 0 1.2rem; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem .25rem 0; border-bottom: 1px solid #d0d0d0; vertical-align: top; text-align: left; }
thead th { border-bottom: 2px solid #555; vertical-align: bottom; }
tbody th { font-weight: 600; min-width: 9rem; }
table.numbers td, table.numbers thead th + th { text-align: right; padding: .25rem .7rem; }
table.numbers td { white-space: pre; }
table.words tbody th { overflow-wrap: anywhere; }
pre { font-size: .78rem; line-height: 1.35; background: #f6f6f6; border: 1px solid #ddd; padding: .7rem;
      overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; font-weight: 600; margin: .6rem 0; }
.note { border-left: 4px solid #D55E00; padding: .1rem .8rem; margin: .6rem 0; }
@page { margin: 12mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
  .figures { grid-template-columns: 1fr 1fr; gap: .8rem 1.2rem; }
  figcaption, caption { font-size: 7.5pt; line-height: 1.25; }
  .scroll { overflow: visible; }
  table { font-size: 7.5pt; }
  th, td { padding-right: .35rem; }
  table.numbers td, table.numbers thead th + th { padding: .15rem .3rem; }
  tr { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  pre { font-size: 6.5pt; border: none; background: none; padding: 0; }
  tbody th { min-width: 0; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
)css";

} // namespace terrace::program
