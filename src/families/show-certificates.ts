/**
 * ZLB-5: what the guardian or relative may do with the holder's certificates while the link stands: see them masked, add
 * one from its register, open the fields, and hold views that say who shows them, under a power that ends with the link.
 * Each is written into the log that the HOLDER reads, with who did it.
 */
import type { Account } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import type { ActContext, Enrolment, HolderCertificate, Presenter } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { maskName } from '../identifiers/index.ts';
import { certificateCard } from '../wallet/index.ts';
import { type Act, actingAccount, type FamiliesContext, linkStands, liveLink } from './context.ts';
import { powerOf } from './family.ts';

const contextOf = (act: Act): ActContext => ({
  actor: `account:${act.accountId}`,
  ...(act.requestId ? { requestId: act.requestId } : {}),
});

const recordLook = (
  { audit }: FamiliesContext,
  act: Act,
  input: { holder: Account; link: string; action: string; object?: string; fields?: string[] },
) =>
  audit.append({
    action: input.action,
    ...contextOf(act),
    subject: input.holder.id,
    object: input.object ?? input.link,
    result: 'ok',
    details: { link: input.link },
    ...(input.fields ? { fields: input.fields } : {}),
  });

/** What she can show for another: not what names nobody. */
const familyCard = ({ catalogue }: FamiliesContext, held: HolderCertificate) => {
  const card = certificateCard(catalogue.get(held.type), held);
  return { ...card, views: card.views.filter(({ once }) => !once) };
};

export const listFamilyCertificates = async (context: FamiliesContext, act: Act, link: string) => {
  const { holder } = await liveLink(context, act, link);
  const all = await context.credentials.listForHolder(holder);
  await recordLook(context, act, { holder, link, action: 'certificates.listed_by_family' });
  return {
    asOf: seconds(context.clock),
    certificates: all.map((held) => familyCard(context, held)),
  };
};

export const addFamilyCertificate = async (
  context: FamiliesContext,
  act: Act,
  input: { link: string; type: string },
) => {
  const { holder } = await liveLink(context, act, input.link);
  const type = context.catalogue.get(input.type);
  await context.credentials.ensureCertificates(holder, type.id, contextOf(act));
  const held = (await context.credentials.listForHolder(holder)).find((entry) => entry.type === type.id);
  if (!held) throw new ServiceError('not_found');
  return familyCard(context, held);
};

export const revealFamilyFields = async (
  context: FamiliesContext,
  act: Act,
  input: { link: string; certificate: string },
) => {
  const { holder } = await liveLink(context, act, input.link);
  const certificate = await context.credentials.certificate(input.certificate, holder.id);
  if (!certificate?.holders.includes(holder.id)) throw new ServiceError('not_found');
  const type = context.catalogue.get(certificate.type);
  const present = type.fields.filter(({ name }) => certificate.fields[name] !== undefined);
  await recordLook(context, act, {
    holder,
    link: input.link,
    action: 'certificate.opened_by_family',
    object: certificate.id,
    fields: present.map(({ name }) => name),
  });
  return {
    fields: present.map(({ name, label }) => ({ name, label, value: String(certificate.fields[name]) })),
  };
};

/**
 * Views for showing, which name both the holder and who shows them; a file would name the holder alone, and a view that
 * names nobody would outlive the link.
 */
export const issueFamilyCopies = async (
  context: FamiliesContext,
  act: Act,
  input: {
    link: string;
    configuration: string;
    certificate?: string | undefined;
    proofs: readonly string[];
    enrolment?: Enrolment | undefined;
  },
) => {
  const { credentials } = context;
  const { link } = input;
  const { holder } = await liveLink(context, act, link);
  const wanted = credentials.configurations()[input.configuration];
  if (!wanted) throw new ServiceError('unknown_certificate_type');
  if (wanted.view === undefined)
    throw new ServiceError('invalid_request', { detail: 'for another person views alone are given' });
  const issued = await credentials.issueCopies({
    account: holder,
    presenter: await presenterOf(context, act, link),
    type: wanted.type,
    certificate: input.certificate,
    format: wanted.format,
    view: wanted.view,
    deviceKeys: await context.checkProofs(input.proofs),
    enrolment: input.enrolment,
    context: contextOf(act),
  });
  await recordLook(context, act, {
    holder,
    link,
    action: 'certificate.copied_by_family',
    object: issued.certificate.id,
  });
  return { credentials: issued.copies.map(({ credential }) => ({ credential })) };
};

const presenterOf = async (context: FamiliesContext, act: Act, link: string): Promise<Presenter> => ({
  account: act.accountId,
  capacity: powerOf(link),
  shownBy: maskName((await actingAccount(context, act)).name),
  stands: () => linkStands(context, act.accountId, link),
});
