namespace PSSR.Report;

/// <summary>Style and script of a report's page.</summary>
internal static class HtmlParts
{
    public const string Style = """
        :root { color-scheme: light dark; --line: #8884; }
        body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 1100px; padding: 0 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; overflow-wrap: anywhere; }
        .lead, .note, footer, figcaption, .crops p { color: #888; }
        table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; font-size: .88rem; }
        caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
        th, td { text-align: left; padding: .22rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
        .facts th { font-weight: 500; white-space: nowrap; } .facts td { overflow-wrap: anywhere; }
        .charts svg { max-width: 100%; height: auto; background: #fff; border-radius: 4px; }
        .stack { position: relative; overflow: hidden; touch-action: pan-y; cursor: ew-resize; }
        .stack img { position: absolute; inset: 0; width: 100%; height: 100%; display: block; }
        .stack img[hidden] { display: none; }
        .before { clip-path: inset(0 50% 0 0); }
        .edge { position: absolute; top: 0; bottom: 0; left: 50%; width: 2px; margin-left: -1px;
          background: #fff; box-shadow: 0 0 3px #000; pointer-events: none; }
        .bar { display: flex; gap: .6rem; align-items: center; margin: .4rem 0 1rem; } .bar input { flex: 1; }
        .crops { display: flex; flex-wrap: wrap; gap: .6rem; align-items: flex-end; margin: .8rem 0; }
        .crops p { flex-basis: 100%; margin: 0; font-size: .85rem; }
        figure { margin: 0; } .crops img { image-rendering: pixelated; display: block; max-width: 100%; }
        @media print { .bar { display: none; } section { break-inside: avoid; } }
        """;

    /// <summary>Moves each slider's line: by the range below it, or by pointing at the picture.</summary>
    public const string Script = """
        for (const box of document.querySelectorAll('.compare')) {
          const range = box.querySelector('input'), choice = box.querySelector('select');
          const stack = box.querySelector('.stack'), edge = box.querySelector('.edge');
          if (!range) { edge.remove(); continue; }
          const befores = [...box.querySelectorAll('.before')];
          const show = () => {
            for (const [i, img] of befores.entries()) {
              img.hidden = i !== choice.selectedIndex;
              img.style.clipPath = `inset(0 ${100 - range.value}% 0 0)`;
            }
            edge.style.left = range.value + '%';
          };
          const follow = e => {
            if (e.type === 'pointermove' && e.pointerType !== 'mouse' && !e.buttons) return;
            const r = stack.getBoundingClientRect();
            range.value = 100 * (e.clientX - r.left) / r.width;
            show();
          };
          range.addEventListener('input', show);
          choice.addEventListener('change', show);
          stack.addEventListener('pointermove', follow);
          stack.addEventListener('pointerdown', follow);
          show();
        }
        """;
}
