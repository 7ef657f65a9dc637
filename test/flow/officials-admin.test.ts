import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rolesPage, withMatrix } from '../../scripts/make-roles-matrix.ts';
import type { Account } from '../../src/accounts/index.ts';
import { type Access, access, isAllowed, type RouteName } from '../../src/admin/index.ts';
import type { Certificate, CreatedOffer } from '../../src/credentials/index.ts';
import { isAdministratorRole, type Role, roles } from '../../src/officials/index.ts';
import { openOfficeApi } from './office-api.ts';
import { type RunningApp, startApp } from './start-app.ts';

const context = { actor: 'cli' };

describe('the departments’ API', () => {
  let app: RunningApp;
  let api: ReturnType<typeof openOfficeApi>;
  let people: Account[];
  beforeAll(async () => {
    app = await startApp();
    api = openOfficeApi(app);
    const listed: Account[] = [];
    for (const { id } of app.core.people) {
      const account = await app.core.samplePerson(id);
      if (account && account.proofingLevel >= 2) listed.push(account);
    }
    people = listed;
  }, 60_000);
  afterAll(() => app.stop());

  let order = 0;
  const newAccount = async (): Promise<string> => {
    order += 1;
    const documentNumber = `E${String(10_000_000 + order)}`;
    const opened = await app.core.accounts.open({
      name: '测试人',
      documentKind: '414',
      documentNumber,
      proofingLevel: 2,
    });
    return opened.id;
  };
  const enter = async (accountId: string): Promise<string> => {
    const [capacity] = await app.core.officials.capacities.of(accountId, []);
    api.callers.set(accountId, { accountId, capacity });
    return accountId;
  };
  const official = async (unit: string, given: Role[], region?: string): Promise<string> => {
    const account = await newAccount();
    await app.core.officials.posts.appoint({ account, unit, roles: given, region, context });
    return enter(account);
  };
  const founders = async (): Promise<[string, string]> => {
    const accounts = [await newAccount(), await newAccount()] as const;
    const found = await app.core.officials.administrators.found({ accounts, unit: 'zj-government' });
    return [await enter(found[0]!.account), await enter(found[1]!.account)];
  };
  const certificateOf = async (person: string, type = 'driving_licence'): Promise<Certificate> =>
    app.core.credentials.ensureCertificate((await app.core.samplePerson(person))!, type, context);
  const stateOf = async (certificate: Certificate) =>
    (await app.core.credentials.certificate(certificate.id))!.state;
  let keys = 0;
  const propose = (caller: string, certificate: Certificate, verb: string, key = `key-${++keys}-12345`) =>
    api.call(
      caller,
      'post',
      `/admin/api/certificates/${certificate.id}/${verb}`,
      { reason: 'court_order' },
      {
        'idempotency-key': key,
      },
    );
  const approve = (caller: string, decision: string) =>
    api.call(caller, 'post', `/admin/api/decisions/${decision}/approve`);

  describe('role × route (security.md 12)', () => {
    const routes = Object.entries(access) as [RouteName, Access][];
    const byRole = new Map<Role, string>();
    let system: string;
    beforeAll(async () => {
      const [first, security] = await founders();
      system = first;
      for (const role of roles.filter((each) => !isAdministratorRole(each)))
        byRole.set(role, await official('zj-police', [role]));
      byRole.set('system_administrator', system);
      byRole.set('security_administrator', security);
      const auditor = await newAccount();
      const proposal = await app.core.officials.administrators.proposeAppointment({
        account: auditor,
        role: 'audit_administrator',
        unit: 'zj-government',
        reason: 'need',
        by: system,
        context,
      });
      await app.core.officials.administrators.approve({ proposal: proposal.id, by: security, context });
      byRole.set('audit_administrator', await enter(auditor));
      const citizen = people[0]!.id;
      api.callers.set('citizen', { accountId: citizen, capacity: { kind: 'self', ref: 'self' } });
      api.callers.set('no capacity', { accountId: byRole.get('issuer_clerk')! });
    });

    it.each(routes)(
      '%s is closed to nobody and to citizens, and open to its roles alone',
      async (name, route) => {
        const path = route.path.replaceAll(/:\w+/g, '-');
        const status = async (caller?: string) => (await api.call(caller, route.method, path)).status;
        expect(await status()).toBe(401);
        expect(await status('citizen')).toBe(403);
        // She is a clerk, and her token was made for herself (ZZD-1).
        expect(await status('no capacity')).toBe(403);
        for (const role of roles) {
          const answer = await status(byRole.get(role));
          const verdict = answer === 401 || answer === 403 ? 'closed' : answer < 500 ? 'open' : answer;
          expect([role, verdict]).toEqual([role, isAllowed(name, role) ? 'open' : 'closed']);
        }
      },
    );

    it('docs/roles.md shows the matrix that is in force', () => {
      const page = readFileSync(rolesPage, 'utf8');
      expect(page === withMatrix(page)).toBe(true);
    });

    it('administrators give, move and end posts within reach, and never give one to themselves', async () => {
      const security = byRole.get('security_administrator')!;
      const account = await newAccount();
      const place = { unit: 'wenzhou', roles: ['issuer_clerk'] };
      const opened = await api.call(security, 'post', '/admin/api/posts', { account, ...place });
      expect([opened.status, opened.body.unit]).toEqual([201, 'wenzhou']);
      const own = await api.call(security, 'post', '/admin/api/posts', { account: security, ...place });
      expect([own.status, own.body.code]).toEqual([409, 'second_person_needed']);
      const admin = { account, unit: 'wenzhou', roles: ['system_administrator'] };
      expect((await api.call(security, 'post', '/admin/api/posts', admin)).body.code).toBe(
        'second_person_needed',
      );
      const listed = await api.call(security, 'get', '/admin/api/posts?unit=wenzhou');
      expect(listed.body.posts.map((post: { account: string }) => post.account)).toContain(account);
      const base = `/admin/api/posts/${account}`;
      const moved = await api.call(security, 'post', `${base}/${opened.body.id}/move`, {
        unit: 'jinhua',
        roles: ['approver'],
        reason: 'moved',
      });
      expect([moved.status, moved.body.unit]).toEqual([200, 'jinhua']);
      expect((await api.call(security, 'post', `${base}/leave`, { reason: 'left' })).body.posts).toHaveLength(
        1,
      );
      expect(await app.core.officials.capacities.of(account, [])).toEqual([]);
    });

    it('an administrator is proposed by one and approved by the other over the API', async () => {
      const security = byRole.get('security_administrator')!;
      const account = await newAccount();
      const filed = await api.call(system, 'post', '/admin/api/administrators/proposals', {
        act: 'appoint',
        account,
        role: 'system_administrator',
        unit: 'zj-government',
        reason: 'third_person',
      });
      expect(filed.status).toBe(201);
      const agree = (by: string) =>
        api.call(by, 'post', `/admin/api/administrators/proposals/${filed.body.id}/approve`);
      expect((await agree(system)).body.code).toBe('second_person_needed');
      expect((await agree(security)).body.state).toBe('done');
      expect((await agree(security)).body.code).toBe('proposal_ended');
    });
  });

  describe('two pairs of eyes on a certificate', () => {
    it('a clerk proposes, an approver of the same unit agrees, and the certificate is suspended', async () => {
      const certificate = await certificateOf('lin');
      const [clerk, approver] = [
        await official('zj-police', ['issuer_clerk']),
        await official('zj-police', ['approver']),
      ];
      const filed = await propose(clerk, certificate, 'suspend');
      expect([filed.status, filed.body.state]).toEqual([201, 'open']);
      expect(await stateOf(certificate)).toBe('01');
      const waiting = await api.call(approver, 'get', '/admin/api/decisions');
      expect(waiting.body.decisions.map(({ id }: { id: string }) => id)).toEqual([filed.body.id]);
      expect((await approve(approver, filed.body.id)).body.state).toBe('done');
      expect(await stateOf(certificate)).toBe('02');
      const resumed = await propose(clerk, certificate, 'resume');
      await approve(approver, resumed.body.id);
      expect(await stateOf(certificate)).toBe('01');
      const about = await app.core.audit.about((await app.core.samplePerson('lin'))!.id);
      expect(about.map(({ action }) => action)).toEqual(
        expect.arrayContaining(['decision.proposed', 'certificate.state_changed']),
      );
    });

    it('the same person never does both, whatever roles she has', async () => {
      const certificate = await certificateOf('lin');
      const both = await official('zj-police', ['issuer_clerk', 'approver']);
      const filed = await propose(both, certificate, 'revoke');
      const own = await approve(both, filed.body.id);
      expect([own.status, own.body.code]).toEqual([409, 'second_person_needed']);
      expect(await stateOf(certificate)).toBe('01');
    });

    it('security (c) 39: another unit’s approver does not see it, not even one of a unit above', async () => {
      const certificate = await certificateOf('ouyang');
      expect(certificate.issuer).toBe('wenzhou');
      const clerk = await official('wenzhou', ['issuer_clerk']);
      const filed = await propose(clerk, certificate, 'suspend');
      expect(filed.status).toBe(201);
      for (const unit of ['jinhua', 'zj-police', 'zj-market']) {
        const stranger = await official(unit, ['approver']);
        expect((await approve(stranger, filed.body.id)).status).toBe(404);
        expect((await api.call(stranger, 'get', '/admin/api/decisions')).body.decisions).toEqual(
          expect.not.arrayContaining([expect.objectContaining({ id: filed.body.id })]),
        );
      }
    });

    it('security (c) 39: a city’s clerk does not reach another city’s or the province’s certificates (GRS-2)', async () => {
      const [wenzhou, province] = [await certificateOf('ouyang'), await certificateOf('lin')];
      const jinhua = await official('jinhua', ['issuer_clerk']);
      for (const certificate of [wenzhou, province]) {
        expect((await propose(jinhua, certificate, 'suspend')).status).toBe(404);
      }
      const narrow = await official('zj-police', ['issuer_clerk'], '330300');
      expect((await propose(narrow, province, 'suspend')).status).toBe(404);
      expect((await propose(narrow, wenzhou, 'suspend')).status).toBe(201);
    });

    it('the same key is the same proposal, also twice at once; with another request it is refused', async () => {
      const certificate = await certificateOf('lin', 'residence_permit');
      const clerk = await official('zj-police', ['issuer_clerk']);
      const sent = await Promise.all(
        Array.from({ length: 4 }, () => propose(clerk, certificate, 'suspend', 'one-key-123')),
      );
      expect(new Set(sent.map(({ body }) => body.id)).size).toBe(1);
      expect(sent.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      expect((await propose(clerk, certificate, 'revoke', 'one-key-123')).status).toBe(422);
      expect((await propose(clerk, certificate, 'suspend', 'short')).status).toBe(400);
    });

    it('of parallel approvals one counts', async () => {
      const certificate = await certificateOf('lin');
      const clerk = await official('zj-police', ['issuer_clerk']);
      const approvers = await Promise.all(
        Array.from({ length: 4 }, () => official('zj-police', ['approver'])),
      );
      const filed = await propose(clerk, certificate, 'suspend');
      const answers = await Promise.all(approvers.map((approver) => approve(approver, filed.body.id)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
      const back = await propose(clerk, certificate, 'resume');
      await approve(approvers[0]!, back.body.id);
    });

    it('a proposal of somebody who is no clerk any more counts for nothing (ZZD-2)', async () => {
      const certificate = await certificateOf('lin');
      const [clerk, approver] = [
        await official('zj-police', ['issuer_clerk']),
        await official('zj-police', ['approver']),
      ];
      const filed = await propose(clerk, certificate, 'suspend');
      await app.core.officials.posts.leave({ account: clerk, reason: 'left', context });
      expect((await approve(approver, filed.body.id)).body.code).toBe('proposal_ended');
      expect((await propose(clerk, certificate, 'suspend')).status).toBe(403);
      expect(await stateOf(certificate)).toBe('01');
    });

    it('what was approved and not carried out is carried out at the next start, once', async () => {
      const certificate = await certificateOf('lin');
      const [clerk, approver] = [
        await official('zj-police', ['issuer_clerk']),
        await official('zj-police', ['approver']),
      ];
      const filed = await propose(clerk, certificate, 'suspend');
      const { admin, credentials } = app.core;
      const { changeState } = credentials;
      credentials.changeState = async () => {
        throw new Error('the store is gone');
      };
      try {
        expect((await approve(approver, filed.body.id)).status).toBe(500);
      } finally {
        credentials.changeState = changeState;
      }
      expect([await stateOf(certificate), await admin.resume()]).toEqual(['01', 1]);
      expect([await stateOf(certificate), await admin.resume()]).toEqual(['02', 0]);
      const back = await propose(clerk, certificate, 'resume');
      await approve(approver, back.body.id);
    });

    it('declined is over, and so is what its certificate’s state no longer allows', async () => {
      const certificate = await certificateOf('lin');
      const [clerk, approver] = [
        await official('zj-police', ['issuer_clerk']),
        await official('zj-police', ['approver']),
      ];
      const declined = await propose(clerk, certificate, 'suspend');
      expect(
        (await api.call(approver, 'post', `/admin/api/decisions/${declined.body.id}/decline`)).body.state,
      ).toBe('declined');
      expect((await approve(approver, declined.body.id)).status).toBe(409);
      expect((await propose(clerk, certificate, 'resume')).body.code).toBe('certificate_state');
      expect(await stateOf(certificate)).toBe('01');
    });
  });

  describe('what a department sees and gives', () => {
    it('lists its certificates without holder or field values', async () => {
      await Promise.all([certificateOf('lin'), certificateOf('ouyang')]);
      const list = async (caller: string) =>
        (await api.call(caller, 'get', '/admin/api/certificates')).body.certificates as { issuer: string }[];
      const city = await list(await official('wenzhou', ['approver']));
      expect(new Set(city.map(({ issuer }) => issuer))).toEqual(new Set(['wenzhou']));
      const all = await list(await official('zj-police', ['issuer_clerk']));
      expect(all.length).toBeGreaterThan(city.length);
      expect(JSON.stringify(all)).not.toMatch(/林晓雯|欧阳|\d{17}[\dX]|p_/);
      expect(await list(await official('zj-market', ['issuer_clerk']))).toEqual([]);
    });

    it('offers to whom its own register names, by document in the body, and to nobody else', async () => {
      const offer = async (unit: string, person: string) => {
        const account = (await app.core.samplePerson(person))!;
        return api.call(await official(unit, ['issuer_clerk']), 'post', '/admin/api/offers', {
          document: { kind: account.documentKind, number: account.documentNumber },
          type: 'driving_licence',
        });
      };
      const made = await offer('wenzhou', 'ouyang');
      const body = made.body as CreatedOffer;
      expect([made.status, body.tx_code?.length]).toEqual([201, 6]);
      expect(body.credential_offer_uri).toMatch(/\/offers\/o_/);
      const [elsewhere, without] = [await offer('jinhua', 'ouyang'), await offer('zj-police', 'wu')];
      const nobody = await api.call(
        await official('zj-police', ['issuer_clerk']),
        'post',
        '/admin/api/offers',
        {
          document: { kind: '414', number: 'E99999999' },
          type: 'driving_licence',
        },
      );
      for (const refused of [elsewhere, without, nobody])
        expect([refused.status, refused.body.code]).toEqual([404, 'not_in_register']);
    });

    it('shows the faulty rows of a register to the steward whose unit covers all that issue from it', async () => {
      const [province, city] = [
        await official('zj-police', ['register_steward']),
        await official('wenzhou', ['register_steward']),
      ];
      const listed = await api.call(province, 'get', '/admin/api/registers');
      expect(listed.body.registers.map(({ id }: { id: string }) => id)).toContain('driving-licences');
      const intake = await api.call(province, 'get', '/admin/api/registers/driving-licences/intake');
      expect([intake.status, intake.body.blocked > 0]).toEqual([200, true]);
      expect((await api.call(city, 'get', '/admin/api/registers/driving-licences/intake')).status).toBe(404);
      expect((await api.call(province, 'get', '/admin/api/registers/nothing/intake')).status).toBe(404);
    });

    it('refuses what it does not know in body, query and path, and quotes nothing', async () => {
      const clerk = await official('zj-police', ['issuer_clerk']);
      const odd = await api.call(clerk, 'post', '/admin/api/offers', {
        document: { kind: '111', number: '张三330102199003078888' },
        type: 'driving_licence',
        surprise: 1,
      });
      expect([odd.status, JSON.stringify(odd.body)]).toEqual([400, expect.not.stringMatching(/3301021990/)]);
      expect((await api.call(clerk, 'get', '/admin/api/certificates?type=1')).status).toBe(400);
      expect((await propose(clerk, { id: 'c_unknown-unknown' } as Certificate, 'suspend')).status).toBe(404);
    });
  });
});
