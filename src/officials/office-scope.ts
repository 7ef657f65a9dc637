/** Scope of the departments' API. A token with it still needs an office capacity, and that a role. */
export const officeScope = 'office';
