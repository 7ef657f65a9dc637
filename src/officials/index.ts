/**
 * Officials 浙政钉: the organisation tree, who holds which post in which unit, and what a post may do. An official is a
 * natural person's account with posts; her office is a capacity of its own realm.
 * Owns src/officials. May import: accounts' public face, audit, storage, http, identifiers, clock, errors.
 */
import type { RequestHandler } from 'express';
import type { CapacitySource, OfficeCapacity } from '../accounts/index.ts';
import type { PostInput } from './appoint-official.ts';
import type { ActContext } from './dependencies.ts';
import type { Founder } from './found-administrators.ts';
import type { ListedPost } from './list-posts.ts';
import type { Target } from './may-act.ts';
import type { Proposal } from './officials-store.ts';
import type { Organisation, OrgUnit } from './organisation.ts';
import type { ImportedTree } from './organisation-tree.ts';
import type { Post } from './post.ts';
import type { AdministratorRole, Role } from './roles.ts';

/** Scope of the departments' API. A token with it still needs an office capacity, and that a role. */
export { officeScope } from '../accounts/index.ts';
export type { PostInput } from './appoint-official.ts';
export {
  administratorsFact,
  createOfficials,
  type OfficialsDependencies,
  startedFact,
  treeFact,
} from './create-officials.ts';
export type { Founder } from './found-administrators.ts';
export type { ListedPost } from './list-posts.ts';
export { mayAct, type Target } from './may-act.ts';
export type { Proposal } from './officials-store.ts';
export type { Organisation, OrgUnit } from './organisation.ts';
export type { ImportedTree } from './organisation-tree.ts';
export type { Post } from './post.ts';
export { OrganisationError, readTree } from './read-tree.ts';
export { coversRegion } from './region.ts';
export type { Official } from './require-role.ts';
export { type AdministratorRole, isAdministratorRole, isRole, type Role, roleNames, roles } from './roles.ts';
export { type OfficialRoutesDeps, officialRoutes } from './routes.ts';

export interface Officials {
  tree: {
    /** The tree in force; number 0 without units when none was imported. */
    current(): Promise<Organisation>;
    /** Units as `readTree` checked them. Posts of units that are gone end at once; throws conflict for administrators'. */
    import(units: readonly OrgUnit[], context: ActContext): Promise<ImportedTree>;
  };
  posts: {
    /** Every post, ended ones too. */
    of(account: string): Promise<readonly Post[]>;
    /** Standing posts of a unit and all below it, or all: the access list (ZZD-5). */
    list(filter?: { unit?: string }): Promise<ListedPost[]>;
    /** Business roles. Throws roles_exclude, second_person_needed for an administrator's role, not_found. */
    appoint(input: PostInput & { account: string; context: ActContext }): Promise<Post>;
    end(input: { account: string; post: string; reason: string; context: ActContext }): Promise<Post>;
    /** Ends the post and opens the next in one step. */
    move(input: {
      account: string;
      post: string;
      to: PostInput;
      reason: string;
      context: ActContext;
    }): Promise<Post>;
    /** Ends all her posts. Throws second_person_needed when one is an administrator's. */
    leave(input: { account: string; reason: string; context: ActContext }): Promise<Post[]>;
  };
  /** Four eyes: `by` is the account that acts. Throws forbidden, second_person_needed, proposal_ended. */
  administrators: {
    proposeAppointment(input: {
      account: string;
      role: AdministratorRole;
      unit: string;
      region?: string;
      reason: string;
      by: string;
      context: ActContext;
    }): Promise<Proposal>;
    proposeEnding(input: {
      account: string;
      post: string;
      reason: string;
      by: string;
      context: ActContext;
    }): Promise<Proposal>;
    approve(input: { proposal: string; by: string; context: ActContext }): Promise<Proposal>;
    decline(input: { proposal: string; by: string; context: ActContext }): Promise<Proposal>;
    list(): Promise<Proposal[]>;
    /** Carries out what was approved when a crash came between. Call at start. */
    resume(): Promise<number>;
    /** The first two, once for an instance (`onecert init`). */
    found(input: { accounts: readonly [string, string]; unit: string }): Promise<Founder[]>;
  };
  startLinks: {
    make(account: string): Promise<string>;
    /** The passkey a browser has to make for it (WebAuthn creation options); undefined once the link has ended. */
    passkey(input: { token: string; origin: string }): Promise<{ challenge: string } | undefined>;
    /** Registers what the browser made and uses the link up. Throws not_found, invalid_request. */
    use(input: {
      token: string;
      origin: string;
      response: string;
      label: string;
      requestId?: string;
    }): Promise<void>;
  };
  /** Offices for the login. `unit.region` is the post's region: the unit's, or one within it. */
  capacities: CapacitySource;
  /** Express, after the access-token guard: 401 without a caller, 403 without a live office that has one of the roles. */
  requireRole(...roles: readonly Role[]): RequestHandler;
  mayAct(capacity: OfficeCapacity, role: Role, target: Target): Promise<boolean>;
}
