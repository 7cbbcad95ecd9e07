import 'reflect-metadata';
import { IsEmail, IsIn, Matches, Min, ValidateIf } from 'class-validator';
import { rulesAsText } from '../../../src/class-validator/rules-as-text';
import { ruleText } from '../../../src/class-validator/rule-text';

class Sample {
  @Min(3) id!: number;
  @ValidateIf((sample: Sample) => sample.id > 0) @IsEmail() email!: string;
  @Matches(/^a+$/) code!: string;
  @IsIn(['a'], { each: true }) tags!: string[];
}

const fieldsOf = (...properties: string[]) => properties.map((property) => ({ property })) as never;

describe('rulesAsText', () => {
  it('tells rules apart by name and constraints, those of mapped properties only', () => {
    const rules = rulesAsText({ target: Sample, fields: fieldsOf('id', 'email', 'code', 'tags') });
    expect(rules.sort()).toEqual([
      'code matches ["/^a+$/",null]',
      'email conditionalValidation [null]',
      'email isEmail [null]',
      'id min [3]',
      'tags isIn [["a"]] each',
    ]);
    expect(rulesAsText({ target: Sample, fields: fieldsOf('id') })).toEqual(['id min [3]']);
  });
});

describe('ruleText', () => {
  it.each([
    ['isEmail', [], 'isEmail: must be an e-mail address'],
    ['isLength', [1, 60], 'isLength: must have 1 to 60 characters'],
    ['minLength', [2], 'minLength: must have 2 characters or more'],
    ['isIn', [['a', 1]], 'isIn: must be one of "a", 1'],
    ['matches', [/^a+$/], 'matches: must match /^a+$/'],
    ['toString', [], 'toString'],
    ['ourOwn', [7], 'ourOwn'],
  ])('says what the rule %s asks for', (name, constraints, text) => {
    expect(ruleText(name, constraints)).toBe(text);
  });
});
