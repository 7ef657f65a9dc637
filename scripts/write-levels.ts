/** Writes docs/levels-and-attributes.md: `node --import ./scripts/typescript.mjs scripts/write-levels.ts`. */
import { writeFileSync } from 'node:fs';
import { readCatalogue, readDepartments } from '../src/credentials/index.ts';
import { readItems } from '../src/items/index.ts';
import { levelTable, writeLevels } from '../src/registration/index.ts';

const issuers = readDepartments('config/sample/departments.yaml').map(({ id }) => id);
const catalogue = readCatalogue('config/certificates', { issuers });
const items = readItems('config/items', { catalogue, units: new Set(issuers) });
writeFileSync('docs/levels-and-attributes.md', writeLevels(levelTable(items)));
