/**
 * Writes the sample province into config/sample/. The same bytes every time: seed and day are constants.
 * Run: node --import ./scripts/typescript.mjs scripts/make-sample-province.ts [folder]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { csvFile, csvLine } from './sample-province/csv.ts';
import { makeDepartments } from './sample-province/departments.ts';
import {
  makeEnterpriseRegister,
  makeEnterpriseRows,
  makeEnterpriseStaff,
} from './sample-province/enterprises.ts';
import { makeMoreRegisters } from './sample-province/more-registers.ts';
import { namedPeople } from './sample-province/named-people.ts';
import { makeOfficials } from './sample-province/officials.ts';
import { makeOrganisation } from './sample-province/organisation.ts';
import { makePopulation } from './sample-province/population.ts';
import { seededRandom } from './sample-province/random.ts';
import { makeLicenceRegister, makePermitRegister } from './sample-province/registers.ts';

export const seed = 20261123;

const made =
  '# Made by scripts/make-sample-province.ts: change that, not this. Everybody in it is invented.\n';

const yamlStyle = { lineWidth: 0, aliasDuplicateObjects: false };
const citizenColumns = ['kind', 'number', 'name', 'sex', 'birth_date', 'region', 'address', 'phone'];

/** Every file of the sample by its path below config/sample/. */
export const makeSampleProvince = (): Map<string, string> => {
  const named = namedPeople();
  const population = makePopulation(seededRandom(seed));
  const people = named.map(({ id, citizen, role, try: advice, proofingLevel }) => ({
    id,
    name: citizen.name,
    role,
    try: advice,
    document: { kind: citizen.kind, number: citizen.number },
    phone: citizen.phone,
    proofingLevel,
  }));
  const citizens = population.map(({ birthDate, ...rest }) =>
    csvLine(citizenColumns, { ...rest, birth_date: birthDate }),
  );
  return new Map([
    ['departments.yaml', made + stringify(makeDepartments(), yamlStyle)],
    ['organisation.yaml', made + stringify(makeOrganisation(), yamlStyle)],
    ['officials.yaml', made + stringify(makeOfficials(named), yamlStyle)],
    ['people.yaml', made + stringify(people, yamlStyle)],
    ['citizens.csv', csvFile(citizenColumns, citizens)],
    // A seed for each register: a change in one leaves the other as it is.
    ['registers/driving-licences.csv', makeLicenceRegister(seededRandom(seed + 1), population, named)],
    ['registers/residence-permits.csv', makePermitRegister(seededRandom(seed + 2), population, named)],
    ...makeMoreRegisters({
      randomOf: (i) => seededRandom(seed + 100 + i),
      population,
      named,
      enterprises: makeEnterpriseRows(seededRandom(seed + 3), population, named),
    }),
    ['enterprises.csv', makeEnterpriseRegister(seededRandom(seed + 3), population, named)],
    ['enterprise-staff.yaml', made + stringify(makeEnterpriseStaff(population, named), yamlStyle)],
  ]);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? fileURLToPath(new URL('../config/sample', import.meta.url));
  for (const [path, content] of makeSampleProvince()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    console.log(`${path}: ${content.split('\n').length - 1} lines`);
  }
}
