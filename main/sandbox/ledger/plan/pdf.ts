/** Points; US Letter. */
const PAGE = { width: 612, height: 792, margin: 54, leading: 14, fontSize: 10 } as const;
const LINES_PER_PAGE = Math.floor((PAGE.height - 2 * PAGE.margin) / PAGE.leading);

/** One line of text: the left part from the margin, the right part ending at the other one. */
export interface PdfLine {
  readonly left: string;
  readonly right?: string;
  readonly bold?: boolean;
}

/** Courier is as wide as 0.6 of its size, every letter: what is flush right needs no font metrics. */
const GLYPH_WIDTH = 0.6 * PAGE.fontSize;

/** A PDF string in WinAnsi; what that does not have is a question mark (ISO 32000-1, 7.3.4.2 and annex D). */
function literal(text: string): string {
  const safe = Array.from(text, (letter) => (/[\u0020-\u007e\u00a1-\u00ff]/.test(letter) ? letter : '?')).join('');
  return `(${safe.replace(/[\\()]/g, (letter) => `\\${letter}`)})`;
}

function drawn(line: PdfLine, index: number): string {
  const y = PAGE.height - PAGE.margin - (index + 1) * PAGE.leading;
  const font = line.bold === true ? '/F2' : '/F1';
  const put = (text: string, x: number): string =>
    `BT ${font} ${PAGE.fontSize} Tf ${x.toFixed(2)} ${y} Td ${literal(text)} Tj ET`;
  const right = line.right ?? '';
  const parts = [put(line.left, PAGE.margin)];
  if (right !== '') parts.push(put(right, PAGE.width - PAGE.margin - right.length * GLYPH_WIDTH));
  return parts.join('\n');
}

/** A PDF 1.4 document of plain text lines, as many pages as they need; its text can be searched (EXT-09). */
export function textPdf(title: string, lines: readonly PdfLine[]): Buffer {
  const pages: (readonly PdfLine[])[] = [];
  for (let start = 0; start < Math.max(1, lines.length); start += LINES_PER_PAGE) {
    pages.push(lines.slice(start, start + LINES_PER_PAGE));
  }
  // 1 catalog, 2 pages, 3 and 4 fonts, 5 info, then a page and its content for each.
  const pageId = (index: number): number => 6 + index * 2;
  const font = (name: string): string =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${pageId(index)} 0 R`).join(' ')}] >>`,
    font('Courier'),
    font('Courier-Bold'),
    `<< /Title ${literal(title)} >>`,
    ...pages.flatMap((page, index) => {
      const content = page.map(drawn).join('\n');
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${pageId(index) + 1} 0 R ` +
          '/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>',
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  text +=
    `xref\n0 ${size}\n0000000000 65535 f \n${table}` +
    `trailer\n<< /Size ${size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}
