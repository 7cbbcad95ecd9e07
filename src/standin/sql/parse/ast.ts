/** Oracle SQL as parsed: names as stored (upper case unless quoted), positions as 0-based offsets into the text. */

/** A type as written: `NUMBER(10,2)`, `VARCHAR2(30 CHAR)`, `TIMESTAMP(6) WITH TIME ZONE`. */
export interface TypeName {
  readonly name: string;
  readonly arguments: readonly (number | '*')[];
  readonly charUsed?: 'B' | 'C';
  readonly position: number;
}

export interface OrderItem {
  readonly by: Expression;
  readonly descending: boolean;
  readonly nulls?: 'FIRST' | 'LAST';
}

export interface Over {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
}

export interface Call {
  readonly type: 'call';
  /** Upper case, dotted for packages: `DBMS_LOB.GETLENGTH`. */
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly star: boolean;
  readonly over?: Over;
  readonly withinGroup?: readonly OrderItem[];
  readonly position: number;
}

export interface When {
  readonly condition: Expression;
  readonly result: Expression;
}

export type Expression =
  | { readonly type: 'number'; readonly text: string; readonly position: number }
  | { readonly type: 'string'; readonly value: string; readonly position: number }
  | { readonly type: 'null'; readonly position: number }
  | { readonly type: 'bind'; readonly index: number; readonly position: number }
  | { readonly type: 'name'; readonly path: readonly string[]; readonly position: number }
  | Call
  | { readonly type: 'negative'; readonly of: Expression; readonly position: number }
  | {
      readonly type: 'binary';
      readonly operator: '+' | '-' | '*' | '/' | '||';
      readonly left: Expression;
      readonly right: Expression;
      readonly position: number;
    }
  | {
      readonly type: 'case';
      readonly subject?: Expression;
      readonly whens: readonly When[];
      readonly otherwise?: Expression;
      readonly position: number;
    }
  | { readonly type: 'query'; readonly query: Query; readonly position: number }
  | { readonly type: 'cast'; readonly of: Expression; readonly to: TypeName; readonly position: number }
  | { readonly type: 'extract'; readonly field: string; readonly of: Expression; readonly position: number }
  | { readonly type: 'moment'; readonly of: 'DATE' | 'TIMESTAMP'; readonly value: string; readonly position: number }
  | { readonly type: 'interval'; readonly value: string; readonly unit: string; readonly position: number }
  | { readonly type: 'row'; readonly items: readonly Expression[]; readonly position: number }
  | Condition;

type Condition =
  | {
      readonly type: 'compare';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly position: number;
    }
  | { readonly type: 'and' | 'or'; readonly items: readonly Expression[]; readonly position: number }
  | { readonly type: 'not'; readonly of: Expression; readonly position: number }
  | {
      readonly type: 'in';
      readonly not: boolean;
      readonly of: Expression;
      readonly items: readonly Expression[] | Query;
      readonly position: number;
    }
  | {
      readonly type: 'between';
      readonly not: boolean;
      readonly of: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly position: number;
    }
  | {
      readonly type: 'like';
      readonly not: boolean;
      readonly of: Expression;
      readonly pattern: Expression;
      readonly escape?: Expression;
      readonly position: number;
    }
  | { readonly type: 'is-null'; readonly not: boolean; readonly of: Expression; readonly position: number }
  | { readonly type: 'exists'; readonly query: Query; readonly position: number };

export interface SelectItem {
  readonly expression:
    Expression | { readonly type: 'star'; readonly of?: readonly string[]; readonly position: number };
  readonly alias?: string;
  /** As Oracle names a column without an alias: the text, upper case, blanks dropped. */
  readonly text: string;
}

export type AsOf = { readonly literal: string } | { readonly bind: number };

export type TableReference =
  | {
      readonly type: 'table';
      readonly path: readonly string[];
      readonly alias?: string;
      readonly asOf?: AsOf;
      readonly position: number;
    }
  | { readonly type: 'inline'; readonly query: Query; readonly alias?: string; readonly position: number }
  | {
      readonly type: 'join';
      readonly kind: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';
      readonly left: TableReference;
      readonly right: TableReference;
      readonly on?: Expression;
      readonly using?: readonly string[];
      readonly position: number;
    };

export interface Select {
  readonly type: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: readonly TableReference[];
  readonly where?: Expression;
  readonly groupBy: readonly Expression[];
  readonly having?: Expression;
  readonly position: number;
}

export interface SetOperation {
  readonly type: 'set';
  readonly operator: 'UNION' | 'UNION ALL' | 'INTERSECT' | 'MINUS';
  readonly left: QueryBody;
  readonly right: QueryBody;
}

export type QueryBody = Select | SetOperation | { readonly type: 'nested'; readonly query: Query };

export interface RowLock {
  readonly wait: '' | 'NOWAIT' | 'SKIP LOCKED';
}

export interface Query {
  readonly with: readonly { readonly name: string; readonly columns: readonly string[]; readonly query: Query }[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly offset?: Expression;
  readonly fetch?: Expression;
  readonly lock?: RowLock;
}

export interface Assignment {
  readonly columns: readonly string[];
  readonly value: Expression | 'DEFAULT';
  readonly position: number;
}

export interface Target {
  readonly path: readonly string[];
  readonly alias?: string;
  readonly position: number;
}

export type Dml =
  | {
      readonly type: 'insert';
      readonly into: Target;
      readonly columns: readonly string[];
      readonly values: readonly (Expression | 'DEFAULT')[] | Query;
      readonly position: number;
    }
  | {
      readonly type: 'update';
      readonly table: Target;
      readonly set: readonly Assignment[];
      readonly where?: Expression;
    }
  | { readonly type: 'delete'; readonly from: Target; readonly where?: Expression };
