/**
 * ZLB-5: what the guardian or relative may do with the holder's certificates while the link stands: see them masked, add
 * one from its register, open the fields, and hold copies on a key of her own that is for this link alone. Each is written
 * into the log that the HOLDER reads, with who did it.
 */
import { calculateJwkThumbprint } from 'jose';
import type { Account } from '../accounts/index.ts';
import { seconds } from '../clock.ts';
import type { ActContext } from '../credentials/index.ts';
import { ServiceError } from '../errors.ts';
import { certificateCard } from '../wallet/index.ts';
import { type Act, type FamiliesContext, liveLink } from './context.ts';
import { changeFamily } from './family-store.ts';
import { endKey } from './tell-events.ts';

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

export const listFamilyCertificates = async (context: FamiliesContext, act: Act, link: string) => {
  const { holder } = await liveLink(context, act, link);
  const all = await context.credentials.listForHolder(holder);
  await recordLook(context, act, { holder, link, action: 'certificates.listed_by_family' });
  return {
    asOf: seconds(context.clock),
    certificates: all.map((held) => certificateCard(context.catalogue.get(held.type), held)),
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
  return certificateCard(type, held);
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

const mostKeys = 500;

/**
 * Copies for showing. The keys are written into the link before anything is signed to them, so that whoever ends the link
 * finds them; when that happened meanwhile, they end here.
 */
export const issueFamilyCopies = async (
  context: FamiliesContext,
  act: Act,
  input: { link: string; configuration: string; proofs: readonly string[] },
) => {
  const { credentials, store } = context;
  const { holder } = await liveLink(context, act, input.link);
  const wanted = credentials.configurations()[input.configuration];
  if (!wanted) throw new ServiceError('unknown_certificate_type');
  const keys = await context.checkProofs(input.proofs);
  const thumbprints = await Promise.all(keys.map((key) => calculateJwkThumbprint(key)));
  await changeFamily(store, act.accountId, (current) => {
    const link = current.links.find(({ id }) => id === input.link);
    if (link?.state !== 'active') throw new ServiceError('family_link_over');
    const deviceKeys = [...new Set([...link.deviceKeys, ...thumbprints])];
    if (deviceKeys.length > mostKeys) throw new ServiceError('too_many_requests');
    return { ...current, links: current.links.map((one) => (one === link ? { ...link, deviceKeys } : one)) };
  });
  const { type, format, view } = wanted;
  const issued = await credentials.issueCopies({
    account: holder,
    type,
    format,
    ...(view ? { view } : {}),
    deviceKeys: keys,
    context: contextOf(act),
  });
  try {
    await liveLink(context, act, input.link);
  } catch (error) {
    for (const thumbprint of thumbprints) await endKey(context, holder.id, thumbprint, { actor: 'system' });
    throw error;
  }
  const { link } = input;
  await recordLook(context, act, {
    holder,
    link,
    action: 'certificate.copied_by_family',
    object: issued.certificate.id,
  });
  return { credentials: issued.copies.map(({ credential }) => ({ credential })) };
};
