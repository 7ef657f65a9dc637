import { afterEach, describe, expect, it } from '@jest/globals';
import type { Collection, Document, Storage } from '../../../src/storage/index.ts';
import { citizenNumber, context, drivingLicenceRow, openRig, person, registersOf } from './issuing-rig.ts';

/** Counts the documents that leave the collection of certificates. */
const countingStorage = () => {
  const read = { documents: 0 };
  const storageOf = (storage: Storage): Storage => {
    const counted = <T extends Document>(collection: Collection<T>): Collection<T> => ({
      ...collection,
      get: (id) => collection.get(id),
      insert: (doc) => collection.insert(doc),
      findKeyed: (...given) => collection.findKeyed(...given),
      list: async (page) => {
        const found = await collection.list(page);
        read.documents += found.length;
        return found;
      },
      find: async (...given) => {
        const found = await collection.find(...given);
        read.documents += found.length;
        return found;
      },
    });
    return new Proxy(storage, {
      get(target, name) {
        if (name === 'collection')
          return (spec: Parameters<Storage['collection']>[0]) =>
            spec.name === 'certificates' ? counted(target.collection(spec)) : target.collection(spec);
        const member = Reflect.get(target, name) as unknown;
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  };
  return { read, storageOf };
};

describe('the list of what a department issued', () => {
  let rig: Awaited<ReturnType<typeof openRig>>;
  afterEach(() => rig.close());

  it('reads one page of each department, whatever else the province has issued', async () => {
    const people = Array.from({ length: 9 }, (_, order) => person(`h${order}`, citizenNumber(order + 1)));
    const issuers = ['zj-police', 'wenzhou', 'jinhua'];
    const rows = people.map(({ documentNumber }, order) =>
      drivingLicenceRow({ key: `k${order}`, number: documentNumber }, { issuer: issuers[order % 3]! }),
    );
    const { read, storageOf } = countingStorage();
    rig = await openRig({ registers: registersOf({ 'driving-licences': rows }), storageOf });
    for (const account of people)
      await rig.credentials.ensureCertificate(account, 'driving_licence', context);
    const all = (await rig.credentials.list()).map(({ id }) => id).sort();

    read.documents = 0;
    const first = await rig.credentials.pageOfIssuers({ issuers, limit: 2 });
    expect(read.documents).toBeLessThanOrEqual(2 * issuers.length);
    const ids: string[] = first.map(({ id }) => id);
    for (let page = first; page.length > 0; ) {
      page = await rig.credentials.pageOfIssuers({ issuers, after: ids.at(-1), limit: 2 });
      ids.push(...page.map(({ id }) => id));
    }
    expect(ids).toEqual(all);
    const own = await rig.credentials.pageOfIssuers({ issuers: ['wenzhou'], limit: 100 });
    expect(own.map(({ issuer }) => issuer)).toEqual(['wenzhou', 'wenzhou', 'wenzhou']);
    expect(own[0]).not.toHaveProperty('holder');
    expect(own[0]).not.toHaveProperty('fields');
    const none = await rig.credentials.pageOfIssuers({ issuers, type: 'residence_permit', limit: 2 });
    expect(none).toEqual([]);
  });
});
