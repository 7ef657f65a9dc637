// An invented register of any size beside a copy of the sample province: everybody in it has an account and one row.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { citizenNumberCheckCharacter } from '../dist/identifiers/index.js';

const sample = fileURLToPath(new URL('../config/sample', import.meta.url));
const region = '330106';
const firstBirthday = Date.UTC(1950, 0, 1);
const ordersOfDay = 1_000;
const pad = (value, width) => String(value).padStart(width, '0');
const linesOf = (file) => readFileSync(file, 'utf8').trimEnd().split('\n');

/** Numbers that pass their check (GB 11643) and are nobody's in the sample: a thousand a birthday. */
const makePeople = (count, taken) => {
  const people = [];
  for (let at = 0; people.length < count; at += 1) {
    const birthDate = new Date(firstBirthday + Math.floor(at / ordersOfDay) * 86_400_000)
      .toISOString()
      .slice(0, 10);
    const order = at % ordersOfDay;
    const body = `${region}${birthDate.replaceAll('-', '')}${pad(order, 3)}`;
    const number = body + citizenNumberCheckCharacter(body);
    if (!taken.has(number)) people.push({ number, birthDate, name: `试验${at}`, isMale: order % 2 === 1 });
  }
  return people;
};

/** Writes the sample folder and answers the certificate type whose register it filled. */
export const writeBatchRegister = (folder, rows) => {
  cpSync(sample, folder, { recursive: true });
  const citizensFile = join(folder, 'citizens.csv');
  const citizens = linesOf(citizensFile);
  const people = makePeople(rows, new Set(citizens.map((line) => line.split(',')[1])));
  const address = '浙江省杭州市西湖区示范大道1号';
  const residents = people.map(({ number, name, isMale, birthDate }) =>
    ['111', number, name, isMale ? 'male' : 'female', birthDate, region, address, ''].join(','),
  );
  writeFileSync(citizensFile, `${[...citizens, ...residents].join('\n')}\n`);

  const registerFile = join(folder, 'registers/driving-licences.csv');
  const [columns] = linesOf(registerFile);
  const lines = people.map(({ number, name, isMale }, at) => {
    const cells = {
      key: `B-${at}`,
      holder_kind: '111',
      holder_number: number,
      issuer: 'zj-police',
      state: '01',
      name,
      licence_number: number,
      sex: isMale ? '男' : '女',
      nationality: '中国',
      class: 'C1',
      first_issue: '2020-05-06',
      valid_from: '2026-05-06',
      valid_until: '2036-05-06',
      file_number: pad(at, 12),
      address,
      points: '12',
      authority: '浙江省公安厅交通管理局',
    };
    return columns
      .split(',')
      .map((column) => cells[column] ?? '')
      .join(',');
  });
  writeFileSync(registerFile, `${[columns, ...lines].join('\n')}\n`);
  return { type: 'driving_licence', register: 'driving-licences' };
};
