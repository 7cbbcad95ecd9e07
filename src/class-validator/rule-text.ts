type Constraints = readonly unknown[];

const between = ([least, most]: Constraints): string =>
  most === undefined
    ? `must have ${show(least)} characters or more`
    : `must have ${show(least)} to ${show(most)} characters`;

/** What a value must be, by the library's names of its rules; the library's own messages may quote the value. */
const MEANINGS: Readonly<Record<string, (constraints: Constraints) => string>> = {
  isDefined: () => 'must not be null',
  isNotEmpty: () => 'must not be empty',
  isEmail: () => 'must be an e-mail address',
  isPhoneNumber: () => 'must be a phone number',
  isUrl: () => 'must be a URL',
  isUuid: () => 'must be a UUID',
  isLength: between,
  minLength: between,
  maxLength: ([most]) => `must have no more than ${show(most)} characters`,
  matches: ([pattern]) => `must match ${show(pattern)}`,
  isIn: ([values]) => `must be one of ${show(values)}`,
  isEnum: () => 'must be a value of the enumeration',
  isInt: () => 'must be a whole number',
  isNumber: () => 'must be a number',
  isNumberString: () => 'must be a number',
  isDecimal: () => 'must be a decimal number',
  isPositive: () => 'must be greater than 0',
  isNegative: () => 'must be less than 0',
  min: ([least]) => `must not be less than ${show(least)}`,
  max: ([most]) => `must not be more than ${show(most)}`,
  isDate: () => 'must be a date',
  minDate: () => 'must not be earlier',
  maxDate: () => 'must not be later',
  isUppercase: () => 'must be in upper case',
  isLowercase: () => 'must be in lower case',
  arrayNotEmpty: () => 'must not be empty',
};

/** The reason of a reject: the rule's name and, where it is a known one, what it asks for: `isEmail: must be an e-mail address`. */
export function ruleText(name: string, constraints: Constraints): string {
  const meaning = Object.hasOwn(MEANINGS, name) ? MEANINGS[name]?.(constraints) : undefined;
  return meaning === undefined ? name : `${name}: ${meaning}`;
}

function show(constraint: unknown): string {
  if (Array.isArray(constraint)) return constraint.map(show).join(', ');
  return constraint instanceof RegExp ? String(constraint) : JSON.stringify(constraint);
}
