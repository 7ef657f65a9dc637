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

const policeTypes = [
  'resident_id_card',
  'household_register',
  'driving_licence',
  'vehicle_licence',
  'residence_permit',
  'residence_registration',
];

/** One office a line of business, as the province has them. */
const otherOffices: [id: string, zh: string, en: string, types: string[]][] = [
  [
    'zj-civil-affairs',
    '浙江省民政厅',
    'Zhejiang Civil Affairs Department',
    ['marriage_certificate', 'divorce_certificate', 'elder_card'],
  ],
  [
    'zj-hrss',
    '浙江省人力资源和社会保障厅',
    'Zhejiang Human Resources and Social Security Department',
    ['social_security_card', 'professional_qualification'],
  ],
  [
    'zj-medical-security',
    '浙江省医疗保障局',
    'Zhejiang Healthcare Security Administration',
    ['medical_insurance_code'],
  ],
  ['zj-health', '浙江省卫生健康委员会', 'Zhejiang Health Commission', ['birth_certificate']],
  [
    'zj-natural-resources',
    '浙江省自然资源厅',
    'Zhejiang Natural Resources Department',
    ['real_estate_certificate'],
  ],
  [
    'zj-drug',
    '浙江省药品监督管理局',
    'Zhejiang Medical Products Administration',
    ['drug_business_permit', 'medical_device_permit'],
  ],
  [
    'zj-transport',
    '浙江省交通运输厅',
    'Zhejiang Transport Department',
    ['road_transport_certificate', 'road_transport_permit'],
  ],
  [
    'zj-housing',
    '浙江省住房和城乡建设厅',
    'Zhejiang Housing and Urban-Rural Development Department',
    ['construction_qualification', 'safety_production_permit'],
  ],
  [
    'zj-emergency',
    '浙江省应急管理厅',
    'Zhejiang Emergency Management Department',
    ['special_operation_certificate'],
  ],
  ['zj-tax', '国家税务总局浙江省税务局', 'Zhejiang Tax Service', ['tax_payment_certificate']],
  ['zj-credit', '浙江省信用中心', 'Zhejiang Credit Centre', ['credit_report']],
  ['zj-disabled', '浙江省残疾人联合会', "Zhejiang Disabled Persons' Federation", ['disability_card']],
  ['zj-justice', '浙江省司法厅', 'Zhejiang Justice Department', ['enforcement_card']],
  [
    'zj-political-legal',
    '浙江省委政法委员会',
    'Zhejiang Political and Legal Affairs Commission',
    ['grid_worker_card'],
  ],
];

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
      types: ['fiscal_receipt'],
    },
    {
      id: 'zj-market',
      name: { zh: '浙江省市场监督管理局', en: 'Zhejiang Market Supervision Administration' },
      region: '330000',
      types: ['business_licence', 'food_business_permit'],
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
    ...otherOffices.map(([id, zh, en, types]) => ({ id, name: { zh, en }, region: '330000', types })),
  ].map(({ id, name, region, types }, i) => ({
    id,
    creditCode: makeCreditCode(region, i + 1),
    name,
    region,
    types,
  }));
