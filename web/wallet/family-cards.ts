/** Certificates of a child or relative, carried on this phone under a family link (ZLB-5). */
import { request } from '../shared/request.ts';
import { serverSeconds } from '../shared/server-time.ts';
import type { FamilyMember, WalletCertificate } from './types.ts';

interface Link {
  id: string;
  kind: FamilyMember['kind'];
  state: string;
  person?: { name?: string };
}

const daySeconds = 86_400;

const pathOf = (link: string): string => `/wallet/api/family/${encodeURIComponent(link)}/certificates`;

/** Whom she may act for now. What was looked at stays; it is looked at again once a day, since each look is logged. */
export const readFamily = async (token: string, saved: readonly FamilyMember[]): Promise<FamilyMember[]> => {
  try {
    const { acting } = await request<{ acting: Link[] }>('/wallet/api/family', { token });
    const members = acting
      .filter(({ state }) => state === 'active')
      .map(({ id, kind, person }): FamilyMember => {
        const known = saved.find(({ link }) => link === id);
        return { certificates: [], ...known, link: id, kind, name: person?.name ?? '' };
      });
    return await Promise.all(
      members.map((member) =>
        member.asOf !== undefined && serverSeconds() - member.asOf > daySeconds
          ? lookAt(token, member, false).catch(() => member)
          : member,
      ),
    );
  } catch {
    return [...saved];
  }
};

/** Reads what there is; `add` takes all that can be taken first. */
export const lookAt = async (token: string, member: FamilyMember, add: boolean): Promise<FamilyMember> => {
  const path = pathOf(member.link);
  const read = () => request<{ asOf: number; certificates: WalletCertificate[] }>(path, { token });
  let { asOf, certificates } = await read();
  const wanted = add ? certificates.filter(({ status }) => status === 'available') : [];
  for (const { type } of wanted)
    await request(path, { method: 'POST', token, json: { type }, timeoutSeconds: 20 }).catch(() => undefined);
  if (wanted.length > 0) ({ asOf, certificates } = await read());
  const { link } = member;
  return { ...member, asOf, certificates: certificates.map((entry) => ({ ...entry, link })) };
};
