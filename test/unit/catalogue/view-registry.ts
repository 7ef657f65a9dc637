/** The registry of view numbers as docs/view-numbers.md prints it: what the packs of this build say. */
import { join } from 'node:path';
import { projectDir } from '../../../src/config.ts';
import { readCatalogue } from '../../../src/credentials/catalogue/read-catalogue.ts';
import { writePackType } from '../../../src/credentials/catalogue/write-type-documents.ts';

const head = `# View numbers

The registry of [show-code.md](show-code.md) §4: which number means which view of which type, and what its keys hold. A number is unique in the province and never used again. Written by \`scripts/write-view-registry.ts\` from \`config/certificates\`; a test compares the two.

| number | type | view | name | turns green | keys |
|---|---|---|---|---|---|
`;

export const viewRegistry = (): string => {
  const rows = readCatalogue(join(projectDir, 'config/certificates'))
    .types()
    .flatMap((type) => writePackType(type, 'https://province.example').views.map((view) => ({ type, view })))
    .sort((a, b) => a.view.number - b.view.number)
    .map(({ type, view }) => {
      const green = view.careful
        ? 'on a second code or a nonce'
        : view.anonymous
          ? 'at once; names nobody'
          : 'at once';
      const keys = view.fields.map(({ key, name, kind }) => `${key} ${name} (${kind})`).join(', ');
      return `| ${view.number} | ${type.id} | ${view.id} | ${view.name.zh} ${view.name.en} | ${green} | ${keys} |\n`;
    });
  return head + rows.join('');
};
