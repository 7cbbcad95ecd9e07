/** Rights that are each the only one missing, so that no other hides it: random variants seldom meet that. */
export const LONE_RIGHTS = ['usage on schema hosp', 'usage on sequence hosp.visit_nr'].map((right) => ({
  ...({ member: 'no', ledger: 'none', policy: 'reject' } as const),
  ...{ withheld: [right], objects: ['serial'], entities: [] },
}));
