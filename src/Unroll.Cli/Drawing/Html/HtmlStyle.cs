namespace Unroll.Cli.Drawing.Html;

/// <summary>How the report looks.</summary>
internal static class HtmlStyle
{
    /// <summary>
    /// The style sheet. Blue and orange are those of Okabe and Ito, which colour-blind readers tell apart; lines differ
    /// in their dashes as well.
    /// </summary>
    public const string Sheet = """
        :root {
          --paper: #ffffff; --ink: #1b1f24; --soft: #5c6670; --rule: #dfe3e8; --wash: #f5f7f9;
          --a: #0072b2; --b: #c8500a; --truth: #838d97; --best: #00694c; --note: #e8a33d;
          --c: #00795a; --d: #a5468a; --e: #7a6a00;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171a; --ink: #e7eaed; --soft: #9aa5b0; --rule: #30363d; --wash: #1c2024;
            --a: #56b4e9; --b: #f2903f; --truth: #808c97; --best: #5fd0a6; --note: #e8a33d;
            --c: #2fc79a; --d: #dd8fc4; --e: #cdbb3c;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif; }
        main { max-width: 968px; margin: 0 auto; padding: 56px 24px 80px; }
        h1 { font-size: 2.25rem; line-height: 1.15; letter-spacing: -.02em; margin: 0 0 12px; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; letter-spacing: -.01em; margin: 0 0 16px; }
        section { margin-top: 48px; }
        p { margin: 0 0 8px; max-width: 68ch; }
            .lead { font-size: 1.125rem; max-width: 62ch; }
        .facts, .empty { color: var(--soft); font-size: .9375rem; }
        header + section { margin-top: 32px; }
        .keys { display: flex; flex-wrap: wrap; gap: 1px; margin: 0;
          background: var(--rule); border: 1px solid var(--rule); border-radius: 10px; overflow: hidden; }
        .keys div { background: var(--paper); padding: 16px 18px 18px; flex: 1 1 170px; }
        .keys dt { font-size: .875rem; font-weight: 600; }
        .keys dd { margin: 0; font-size: .8125rem; line-height: 1.4; color: var(--soft); }
        .keys .number { font-size: 2rem; line-height: 1.25; letter-spacing: -.02em; color: var(--ink); font-variant-numeric: tabular-nums; }
        .keys .rival { color: var(--ink); margin-top: 6px; }
        .notes { border-left: 3px solid var(--note); padding: 2px 0 2px 18px; margin-top: 28px; }
        .notes p:last-child { margin-bottom: 0; }
        .scroll { overflow-x: auto; }
        .chart { margin: 0 0 20px; break-inside: avoid; }
        figcaption { font-weight: 600; font-size: .9375rem; display: flex; flex-wrap: wrap; gap: 2px 18px; align-items: baseline; }
        .key { font-weight: 400; color: var(--soft); font-size: .875rem; white-space: nowrap; }
        .swatch { width: 24px; height: 10px; margin-right: 6px; }
        .chart .scroll svg { display: block; width: 100%; min-width: min(var(--w), 560px); height: auto; }
        .pair { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 8px 16px; }
        .pair .chart .scroll svg { min-width: 0; }
        svg text { font-size: 12px; fill: var(--soft); font-variant-numeric: tabular-nums; }
        .grid, .tick { stroke: var(--rule); fill: none; }
        .area { fill: var(--b); opacity: 0.16; stroke: none; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        .line.a { stroke: var(--a); } .line.b { stroke: var(--b); stroke-dasharray: 6 4; }
        .line.c { stroke: var(--c); stroke-dasharray: 2 4; } .line.d { stroke: var(--d); stroke-dasharray: 12 4; }
        .line.e { stroke: var(--e); stroke-dasharray: 8 3 2 3; }
        .dot.c { fill: var(--c); } .dot.d { fill: var(--d); } .dot.e { fill: var(--e); }
        .line.truth { stroke: var(--truth); stroke-width: 2.5; } .line.predicted { stroke: var(--b); stroke-width: 1.5; }
        .dot.a { fill: var(--a); } .dot.b { fill: var(--b); } .dot.truth { fill: var(--truth); } .dot.predicted { fill: var(--b); }
        .mark { stroke: var(--soft); stroke-dasharray: 2 3; fill: none; }
        svg .note { fill: var(--ink); font-weight: 600; }
        .band { fill: none; pointer-events: all; }
        .guide { stroke: var(--soft); fill: none; }
        svg .value { fill: var(--ink); }
        .reading > :not(.band) { visibility: hidden; pointer-events: none; }
        .reading:hover > * { visibility: visible; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9375rem; margin-bottom: 28px; min-width: min(100%, 560px); }
        caption { text-align: left; color: var(--soft); font-size: .875rem; padding-bottom: 8px; }
        th, td { padding: 6px 14px; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
        th:first-child { text-align: left; padding-left: 2px; }
        thead th { color: var(--soft); font-weight: 600; font-size: .875rem; }
        tbody th { font-weight: 500; }
        .best { font-weight: 700; color: var(--best); }
        .side { display: flex; flex-wrap: wrap; gap: 24px 32px; align-items: flex-start; margin-top: 16px; }
        .side .scroll { max-width: 100%; } .side pre { flex: 1 1 340px; min-width: 0; } .side.many pre { flex-basis: 100%; }
        .confusion { min-width: 0; margin: 0; }
        .confusion td, .confusion th { border: 0; text-align: center; }
        .confusion tbody th { text-align: right; padding-left: 14px; }
        .confusion tbody td { min-width: 84px; padding: 10px 12px; border: 2px solid var(--paper); }
        .confusion b { display: block; font-size: 1.0625rem; font-weight: 600; }
        .confusion small { font-size: .8125rem; }
        .attention { margin: 0 0 20px; } .attention tbody td { min-width: 26px; height: 26px; padding: 0; }
        .attention th { font-weight: 400; padding: 2px 6px; }
        .right { background: color-mix(in srgb, var(--a) var(--s), var(--wash)); }
        .wrong { background: color-mix(in srgb, var(--b) var(--s), var(--wash)); }
        .explained { margin: 0 0 20px; break-inside: avoid; } .explained p { max-width: none; line-height: 1.9; overflow-wrap: anywhere; }
        .explained span[title] { padding: 2px 1px; border-radius: 3px; }
        .cells { stroke-width: 1; fill: none; shape-rendering: crispEdges; }
        .pos { stroke: color-mix(in srgb, var(--a) var(--s), var(--paper)); }
        .neg { stroke: color-mix(in srgb, var(--b) var(--s), var(--paper)); }
        .seq { stroke: color-mix(in srgb, var(--c) var(--s), var(--paper)); }
        .none { fill: var(--rule); } .frame { fill: none; stroke: var(--rule); }
        .ramp { display: inline-block; width: 96px; height: 10px; margin: 0 6px; border: 1px solid var(--rule); border-radius: 2px; }
        .ramp.signed { background: linear-gradient(to right, var(--b), var(--paper), var(--a)); }
        .ramp.unsigned { background: linear-gradient(to right, var(--paper), var(--c)); }
        .ramp.blank { width: 12px; background: var(--rule); }
        blockquote { margin: 12px 0; padding: 10px 18px; background: var(--wash); border-radius: 8px; font-family: Georgia, "Times New Roman", serif;
          font-size: 1.0625rem; overflow-x: auto; white-space: nowrap; }
        blockquote var { font-style: italic; }
        sub, sup { line-height: 0; font-size: .72em; }
        .sources { font-size: .9375rem; padding-left: 20px; } .sources li { margin-bottom: 6px; max-width: 68ch; }
        pre { background: var(--wash); border-radius: 8px; padding: 16px 18px; overflow-x: auto; margin: 0;
          font: .8125rem/1.5 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        .run { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 14px 24px; margin: 0; }
        .run dt { color: var(--soft); font-size: .8125rem; }
        .run dd { margin: 0; overflow-wrap: anywhere; }
        details summary { cursor: pointer; margin-bottom: 12px; }
        :focus-visible { outline: 2px solid var(--a); outline-offset: 2px; }
        @media print {
          :root { --paper: #ffffff; --ink: #000000; --soft: #444444; --rule: #cccccc; --wash: #f5f7f9;
            --a: #0072b2; --b: #c8500a; --truth: #838d97; --best: #00694c; --c: #00795a; --d: #a5468a; --e: #7a6a00; }
          body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          main { padding: 0; max-width: none; }
          section { margin-top: 28px; } h2 { break-after: avoid; }
          tr, .keys, pre, .notes { break-inside: avoid; }
        }
        """;
}
