/** The catalogue for people: types by department, a page for each, and its legal notice to print and lay on a counter. */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import {
  type Catalogue,
  type CertificateType,
  holdersOf,
  measureViews,
  type ViewSize,
  viewEntry,
} from '../credentials/index.ts';
import { type Html, html, type Language, type Text } from '../http/index.ts';

export interface CertificatePagesDeps {
  baseUrl: string;
  catalogue: Catalogue;
  unitName(id: string): Text | undefined;
  show(req: Request, res: Response, title: Text, body: (language: Language) => Html): void;
}

const words = {
  types: { zh: '证照目录', en: 'Certificate types' },
  typesSays: {
    zh: '各部门签发的电子证照：内容、在哪里可用、法律效力。',
    en: 'What each department issues: what stands in it, where it is accepted, its legal effect.',
  },
  all: { zh: '返回证照目录', en: 'All certificate types' },
  accepted: { zh: '可用于', en: 'Accepted' },
  notYet: { zh: '暂不可用于', en: 'Not yet accepted' },
  where: { zh: '在哪里可用', en: 'Where it is accepted' },
  effect: { zh: '法律效力', en: 'Legal effect' },
  what: { zh: '这是什么', en: 'What it is' },
  issuedBy: { zh: '签发部门', en: 'Issued by' },
  heldBy: { zh: '持证人', en: 'Held by' },
  valid: { zh: '有效期', en: 'Validity' },
  level: { zh: '领取条件', en: 'To receive it' },
  typeCode: { zh: '证照类型代码', en: 'Type code' },
  fields: { zh: '证照内容', en: 'What stands in it' },
  alone: { zh: '可单独出示', en: 'can be shown or withheld by itself' },
  always: { zh: '随证照一起出示', en: 'always goes with it' },
  ifAny: { zh: '如有', en: 'if any' },
  views: { zh: '出示方式', en: 'Ways to show it' },
  careful: {
    zh: '离线核验时须出示第二个码',
    en: 'a counter without network asks for a second code',
  },
  notice: { zh: '法律效力告知书', en: 'Legal notice' },
  openNotice: { zh: '打开告知书（可打印）', en: 'Open the notice (to print)' },
  noticeSays: {
    zh: '受理单位应当通过扫码核验本证照，不以屏幕外观为准；核验不需要收取复印件。',
    en: 'The accepting office checks this certificate by scanning it and not by its looks, and needs no copy on paper.',
  },
  compare: { zh: '核验时', en: 'When it is shown' },
  programs: { zh: '供程序读取', en: 'For programs' },
} satisfies Record<string, Text>;

const holderNames: Record<'person' | 'enterprise', Text> = {
  person: { zh: '个人', en: 'a person' },
  enterprise: { zh: '企业', en: 'an enterprise' },
};

const joined = (texts: readonly Text[], language: Language, separator: Text): string =>
  texts.map((text) => text[language]).join(separator[language]);
const comma = { zh: '、', en: ', ' };
const or = { zh: '或', en: ' or ' };

const labelOf = (type: CertificateType, name: string): Text => viewEntry(type, name)!.label;

const validityText = (type: CertificateType): Text => {
  const { from, until, maxDays } = type.validity;
  const start = labelOf(type, from);
  if (maxDays !== undefined)
    return {
      zh: `自“${start.zh}”起最长${maxDays}天`,
      en: `at most ${maxDays} days from “${start.en}”`,
    };
  if (until === undefined)
    return { zh: `自“${start.zh}”起长期有效`, en: `from “${start.en}”, without an end` };
  const end = labelOf(type, until);
  return { zh: `“${start.zh}”至“${end.zh}”`, en: `from “${start.en}” to “${end.en}”` };
};

const levelText = ({ level }: CertificateType): Text => ({
  zh: `实名等级${level.proofing}级以上`,
  en: `proofing level ${level.proofing} or higher`,
});

const sizeText = (size: ViewSize | undefined): Text =>
  size?.version === undefined
    ? { zh: '', en: '' }
    : {
        zh: `二维码最大为${size.version}版（M级），打印边长${size.printedMm}毫米`,
        en: `QR version ${size.version} (level M) at most, ${size.printedMm} mm wide in print`,
      };

const item = (title: string, says: string | Html, soft = false): Html =>
  html`<li><strong>${title}</strong><span class="${soft ? 'values soft' : 'values'}">${says}</span></li>`;

const listPage = ({ catalogue, unitName }: CertificatePagesDeps, language: Language): Html => {
  const byUnit = new Map<string, CertificateType[]>();
  for (const type of catalogue.types())
    byUnit.set(type.issuers[0]!, [...(byUnit.get(type.issuers[0]!) ?? []), type]);
  const largestFirst = [...byUnit].sort(([, a], [, b]) => b.length - a.length);
  return html`<h1>${words.types[language]}</h1><p class="soft">${words.typesSays[language]}</p>${largestFirst.map(
    ([unit, types]) => html`<h2>${unitName(unit)?.[language] ?? unit}</h2>
<ul class="learns">${types.map(
      (type) =>
        html`<li><a href="/certificate-types/${type.id}"><strong>${type.name[language]}</strong></a></li>`,
    )}</ul>`,
  )}`;
};

const fieldList = (type: CertificateType, language: Language): Html =>
  html`<ul class="learns">${type.fields.map(({ label, required, selective }) =>
    item(
      required ? label[language] : `${label[language]} (${words.ifAny[language]})`,
      (selective ? words.alone : words.always)[language],
      true,
    ),
  )}</ul>`;

const viewList = (type: CertificateType, sizes: readonly ViewSize[], language: Language): Html =>
  html`<ul class="learns">${type.views.map(({ id, name, fields, careful }) =>
    item(
      name[language],
      html`${joined(
        fields.map(({ field }) => labelOf(type, field)),
        language,
        comma,
      )}<br><span class="soft">${sizeText(sizes.find(({ view }) => view === id))[language]}${
        careful && html`<br>${words.careful[language]}`
      }</span>`,
    ),
  )}</ul>`;

const typePage = (
  { baseUrl, unitName }: CertificatePagesDeps,
  type: CertificateType,
  sizes: readonly ViewSize[],
  language: Language,
): Html => {
  const units = type.issuers.map((id) => unitName(id) ?? { zh: id, en: id });
  const documents = [
    `/types/${type.id}/v${type.version}`,
    `/contexts/${type.id}/v${type.version}`,
    `/types/${type.id}/schema`,
  ];
  return html`<h1>${type.name[language]}</h1>
<h2>${words.what[language]}</h2>
<ul class="learns">
${item(words.issuedBy[language], joined(units, language, comma))}
${item(
  words.heldBy[language],
  joined(
    holdersOf(type).map((holder) => holderNames[holder]),
    language,
    or,
  ),
)}
${item(words.valid[language], validityText(type)[language])}
${item(words.level[language], levelText(type)[language])}
${item(words.typeCode[language], type.typeCode, true)}
</ul>
<h2>${words.views[language]}</h2>${viewList(type, sizes, language)}
<h2>${words.where[language]}</h2>
<ul class="learns">
${item(words.accepted[language], type.whereAccepted[language])}
${item(words.notYet[language], type.notYetAccepted[language])}
${item(words.effect[language], type.legalEffect[language])}
</ul>
<p><a href="/certificate-types/${type.id}/notice">${words.openNotice[language]}</a></p>
<h2>${words.fields[language]}</h2>${fieldList(type, language)}
<h2>${words.programs[language]}</h2>
<ul class="learns">${documents.map((path) => html`<li><a href="${path}">${baseUrl}${path}</a></li>`)}</ul>
<p><a href="/certificate-types">${words.all[language]}</a></p>`;
};

const noticePage = (
  { baseUrl }: CertificatePagesDeps,
  type: CertificateType,
  language: Language,
): Html => html`<h1>${type.name[language]}<br>${words.notice[language]}</h1>
<p>${type.legalEffect[language]}</p>
<p>${words.noticeSays[language]}</p>
<ul class="learns">
${item(words.compare[language], type.compare[language])}
${item(words.accepted[language], type.whereAccepted[language])}
${item(words.notYet[language], type.notYetAccepted[language])}
${item(words.typeCode[language], type.typeCode)}
</ul>
<p class="soft">${baseUrl}/counter/</p>
<p class="off-paper"><a href="/certificate-types/${type.id}">${type.name[language]}</a></p>`;

/** Programs that ask the same addresses get the documents of the credentials feature. */
export const certificatePages = (deps: CertificatePagesDeps): Router => {
  const { catalogue, show } = deps;
  const router = Router();
  const measured = new Map<string, Promise<ViewSize[]>>();
  const sizesOf = (type: CertificateType): Promise<ViewSize[]> => {
    const known = measured.get(type.id) ?? measureViews(type);
    measured.set(type.id, known);
    return known;
  };
  const forPeople: RequestHandler = (req, res, next) => {
    res.vary('accept');
    next(req.accepts(['json', 'html']) === 'html' ? undefined : 'route');
  };
  router.get('/certificate-types', forPeople, (req, res) =>
    show(req, res, words.types, (language) => listPage(deps, language)),
  );
  router.get('/certificate-types/:type', forPeople, async (req, res) => {
    const type = catalogue.get(req.params.type as string);
    const sizes = await sizesOf(type);
    show(req, res, type.name, (language) => typePage(deps, type, sizes, language));
  });
  router.get('/certificate-types/:type/notice', (req, res) => {
    const type = catalogue.get(req.params.type);
    const title = { zh: `${type.name.zh}${words.notice.zh}`, en: `${type.name.en}: ${words.notice.en}` };
    show(req, res, title, (language) => noticePage(deps, type, language));
  });
  return router;
};
