/** The departments of the sample. Their names are those of real kinds of office; the credit codes are invented and pass both checks. */
import { creditCodeCheckCharacter, organisationCodeCheckCharacter } from '../../src/identifiers/index.ts';
import type { IssuerInfo } from '../../src/trust/index.ts';

const stateOrgan = '11';

/** The body begins with `MB99`, far above the codes handed out so far: the code is nobody's. */
export const makeCreditCode = (region: string, sequence: number): string => {
  const body = `MB99${String(sequence).padStart(4, '0')}`;
  const code = `${stateOrgan}${region}${body}${organisationCodeCheckCharacter(body)}`;
  return code + creditCodeCheckCharacter(code);
};

const policeTypes = ['driving_licence', 'residence_permit'];

export const makeDepartments = (): IssuerInfo[] =>
  [
    {
      id: 'zj-police',
      name: { zh: '浙江省公安厅', en: 'Zhejiang Public Security Department' },
      region: '330000',
      types: policeTypes,
    },
    {
      id: 'zj-finance',
      name: { zh: '浙江省财政厅', en: 'Zhejiang Finance Department' },
      region: '330000',
      types: [],
    },
    {
      id: 'zj-market',
      name: { zh: '浙江省市场监督管理局', en: 'Zhejiang Market Supervision Administration' },
      region: '330000',
      types: [],
    },
    {
      id: 'zj-netinfo',
      name: { zh: '浙江省委网信办', en: 'Zhejiang Cyberspace Affairs Office' },
      region: '330000',
      types: [],
    },
    {
      id: 'wenzhou',
      name: { zh: '温州市公安局', en: 'Wenzhou Public Security Bureau' },
      region: '330300',
      types: policeTypes,
    },
    {
      id: 'jinhua',
      name: { zh: '金华市公安局', en: 'Jinhua Public Security Bureau' },
      region: '330700',
      types: policeTypes,
    },
  ].map(({ id, name, region, types }, i) => ({
    id,
    creditCode: makeCreditCode(region, i + 1),
    name,
    region,
    types,
  }));
