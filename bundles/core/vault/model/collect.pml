/*
 * The concurrency protocol of the vault (FORMAT.md section 9) as a model for Spin.
 *
 * One d_step or atomic block is one operation on the destination. What is abstracted, and why that is allowed, is in
 * README.md. Parameters: W writers with SES sessions each, one after the other; COL collectors with RUNS runs each; G
 * generations at most; CRASHES deaths at most, of any process between any two operations. Session 0 is an old backup.
 * OUTER: the task lease keeps a second collector from running at the same time. JANITOR: when all is quiet, undisturbed
 * collections must leave nothing that nobody needs. What begins with BUG_ is a mutant that must be caught.
 */
#ifndef W
#define W 2
#endif
#ifndef SES
#define SES 1
#endif
#ifndef COL
#define COL 1
#endif
#ifndef RUNS
#define RUNS 2
#endif
#ifndef G
#define G 2
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifdef JANITOR
#define GMAX (G + 4)
#else
#define GMAX G
#endif

#define NS (1 + W * SES)         /* sessions; 0 is the old one */
#define NPACKS (NS + G + 1)
#define RP NS                    /* number of the first pack that a collector writes */
#define NSEG 5                   /* room for collector segments */
#define BIT(n) (1 << (n))

#define NONE 0
#define BACKUP 1
#define GIVEN_UP 2
#define FENCED 3

/* --- the destination ------------------------------------------------------------------------------------------- */
short packs = 1;                 /* bit p: the pack p is there; pack s < NS is written by session s */
byte lease;                      /* bit s */
byte man[NS];                    /* manifests/ */
short sseg[NS];                  /* index/s.*: the packs that it names; 0 if there is none */
short gseg[NSEG];                /* index/g.*: the same */
short tomb[GMAX + 1];            /* gc/ records */
short doom[GMAX + 1];
byte waits[GMAX + 1];            /* the sessions that a collection waits for, whoever takes it up */
bool tombX[GMAX + 1], waitX[GMAX + 1], doneX[GMAX + 1], endX[GMAX + 1];

/* --- facts that no process reads without the pack they are about ----------------------------------------------- */
short hasC = 1;                  /* packs that hold the shared chunk */
short hasB[NS];                  /* packs that hold the listing block of session s, which refers to the chunk */
byte copies;                     /* packs that collectors wrote */

byte crashes = CRASHES;
byte busy = W + COL + 1;         /* processes that have work left */
byte started;                    /* writers that have begun */
bool collecting;                 /* the task lease */
hidden byte x, y;                /* counters within one step */

#define CRASH atomic { crashes > 0 && !last -> crashes-- }
#define READABLE(s) ((packs & hasC) != 0 && (packs & hasB[s]) != 0)
#define IN(mask, n) (((mask) & BIT(n)) != 0)

/* A backup that exists can be read: every id it refers to is in a pack that is there. */
inline audit() {
    x = 0;
    do
    :: x < NS -> assert(man[x] != BACKUP || READABLE(x)); x++
    :: else -> break
    od; x = 0
}

/* index/ as a writer sees it: nothing of fenced sessions */
inline loadIndex() {
    x = 0; trusted = 0;
    do
    :: x < NS ->
#ifdef BUG_FENCED_TRUSTED
        trusted = trusted | sseg[x];
#else
        if :: man[x] != FENCED -> trusted = trusted | sseg[x] :: else fi;
#endif
        x++
    :: else -> break
    od;
    x = 0;
    do
    :: x < NSEG -> trusted = trusted | gseg[x]; x++
    :: else -> break
    od; x = 0
}

/* --- one writer ------------------------------------------------------------------------------------------------ */
#define FILE 1
#define TAB 2

proctype Writer(byte w) {
    byte s, k;
    byte staged;                 /* what the staging directory holds of the session before: the pack, or only its note */
    short distrusted, trusted, named;
    byte opened;                 /* generations without an end */
    bool have, last;            /* last: see CRASH */

again:
    s = 1 + w * SES + k;
    /* FORMAT 9.1, 6: the process of the session before is gone, and nobody knows what was under way */
    if
    :: d_step { k > 0 -> if :: man[s - 1] == NONE -> man[s - 1] = FENCED :: else fi; x = 0 }
    :: k == 0
    fi;
    /* writers are alike, so they may as well begin in the order of their numbers */
#ifdef BUG_LEASE_LATE
    d_step { (k > 0 || started == w) -> if :: k == 0 -> started++ :: else fi; x = 0 };
#else
    if
    :: d_step { (k > 0 || started == w) -> lease = lease | BIT(s); if :: k == 0 -> started++ :: else fi; x = 0 }
    :: atomic { k > 0 && crashes > 0 -> crashes--; goto dead }
    fi;
#endif
#ifdef BUG_INDEX_BEFORE_GC
    if :: d_step { loadIndex() } :: CRASH; goto dead fi;
#endif
    /* list gc/: which generations have no end */
    d_step {
        x = 1; opened = 0;
        do
        :: x <= GMAX ->
            if :: (tombX[x] || doneX[x]) && !endX[x] -> opened = opened | BIT(x) :: else fi; x++
        :: else -> break
        od; x = 0
    };
    /* read what they condemn */
    d_step {
        x = 1; distrusted = 0;
        do
        :: x <= GMAX ->
            if :: IN(opened, x) && tombX[x] -> distrusted = distrusted | tomb[x] :: else fi;
            if :: IN(opened, x) && doneX[x] -> distrusted = distrusted | doom[x] :: else fi; x++
        :: else -> break
        od;
        opened = 0;
#ifdef BUG_TOMB_IGNORED
        distrusted = 0;
#endif
    };
#ifndef BUG_INDEX_BEFORE_GC
    if :: d_step { loadIndex() } :: CRASH; goto dead fi;
#endif
#ifdef BUG_LEASE_LATE
    d_step { lease = lease | BIT(s) };
#endif
    d_step { trusted = trusted & ~distrusted; have = (trusted & hasC) != 0; named = BIT(s) };
    /* the predecessor's reference is used without a look into the index if nothing is distrusted */
    if
    :: d_step { !have && distrusted == 0 && man[0] == BACKUP -> have = true }
    :: else
    fi;
    /* what the session before has left in the staging directory */
    if
    :: atomic { staged == FILE ->
        if
#ifndef BUG_SHIPPED_TWICE
        :: IN(distrusted, s - 1) -> skip
#endif
        :: else -> have = have || IN(hasC, s - 1); named = named | BIT(s - 1);
            packs = packs | BIT(s - 1)     /* put; if it is there already it has arrived */
        fi; staged = 0 }
    :: atomic { staged == TAB ->
        if
        :: !IN(distrusted, s - 1) && IN(packs, s - 1) -> have = have || IN(hasC, s - 1); named = named | BIT(s - 1)
        :: else
        fi; staged = 0 }
    :: staged == 0
    fi;
    d_step {
        trusted = 0; distrusted = 0;
        hasB[s] = hasB[s] | BIT(s);
        if :: !have -> hasC = hasC | BIT(s) :: else fi;
        have = 0; staged = FILE
    };
    /* the packs */
    if
    :: d_step { packs = packs | BIT(s) }
    :: CRASH; goto dead
    fi;
    if
    :: d_step { staged = TAB }
    :: CRASH; goto dead
    fi;
#ifdef BUG_SEGMENT_AFTER_VOID
    if
    :: d_step { man[s] == NONE -> man[s] = GIVEN_UP }; sseg[s] = named; staged = 0; goto dead
    :: skip
    fi;
#endif
    /* the index segment */
    if
    :: d_step { sseg[s] = named }
    :: CRASH; goto dead
    fi;
    named = 0;
    /* the commit */
    if
    :: d_step {
#ifdef BUG_NO_COMMIT_CHECK
        man[s] = BACKUP; audit();
#else
        if :: man[s] == NONE -> man[s] = BACKUP; audit() :: else fi;
#endif
        staged = 0
       }
    :: d_step { if :: man[s] == NONE -> man[s] = GIVEN_UP :: else fi; staged = 0; x = 0 }
    :: CRASH
    fi;
dead:
    skip;
    d_step { have = 0; distrusted = 0; trusted = 0; opened = 0; named = 0; k++; if :: k == SES -> busy--; staged = 0 :: else fi; x = 0 };
    if :: k < SES -> goto again :: else fi
}

/* --- one collector --------------------------------------------------------------------------------------------- */

/* the lowest or the highest pack of a set: names are random, so either may be the smallest */
inline pick(set, into) {
    x = 0; into = 0;
    do
    :: x < NPACKS -> if :: IN(set, x) && (into == 0 || high) -> into = BIT(x) :: else fi; x++
    :: else -> break
    od; x = 0
}

/* index/: what is named and there after all is taken into the inventory */
inline listIndex() {
    x = 0; named = 0;
    do :: x < NS -> named = named | sseg[x]; x++ :: else -> break od;
    x = 0;
    do :: x < NSEG -> named = named | gseg[x]; x++ :: else -> break od;
    inv = inv | (named & packs)
}

/* manifests/ that were not followed before; a block that cannot be found leaves its backup for the next time */
inline follow() {
    x = 0; fresh = 0;
    do
    :: x < NS ->
        if
        :: man[x] == BACKUP && !IN(followed, x) && (inv & packs & hasB[x]) != 0 -> fresh = fresh | BIT(x)
#ifdef BUG_UNREAD_FORGOTTEN
        :: man[x] == BACKUP && !IN(followed, x) && (inv & packs & hasB[x]) == 0 -> followed = followed | BIT(x)
#endif
        :: else
        fi; x++
    :: else -> break
    od;
    followed = followed | fresh
}

/* one place for each id that is needed: of the chunk, of the blocks */
inline locate() {
    placeC = 0; placeB = 0;
    if :: fresh != 0 -> pick(inv & hasC, placeC) :: else fi;
    y = 0;
    do
    :: y < NS -> if :: IN(fresh, y) -> pick(inv & hasB[y], one); placeB = placeB | one :: else fi; y++
    :: else -> break
    od;
    one = 0
}

/* condemned packs that alone hold something that is needed are taken from the condemned */
inline revive() {
    y = 0; high = 0;
    do
    :: y < NS ->
        if
        :: IN(fresh, y) && (inv & hasB[y] & ~condemned) == 0 ->
            pick(inv & hasB[y] & condemned, one); condemned = condemned & ~one
        :: else
        fi;
        if
        :: IN(fresh, y) && (inv & hasC & ~condemned) == 0 ->
            pick(inv & hasC & condemned, one); condemned = condemned & ~one
        :: else
        fi; y++
    :: else -> break
    od;
    one = 0
}

/* a generation is over when it has an end or a later one has begun */
inline checkGeneration() {
    over = endX[g]; x = g + 1;
    do
    :: x <= GMAX -> over = over || tombX[x] || doneX[x] || endX[x]; x++
    :: else -> break
    od; x = 0
}

#define LEASE_OPEN(n) (IN(lease, n) && man[n] == NONE)
inline openSessions() {
    x = 0; waiting = 0;
    do
    :: x < NS -> if :: LEASE_OPEN(x) -> waiting = waiting | BIT(x) :: else fi; x++
    :: else -> break
    od; x = 0
}

/* segments to be rewritten, and what is to be in their place */
inline choose() {
    one = inv & ~named; chosen = 0; fresh = 0; x = 0;
    do
    :: x < NS ->
        if
        :: sseg[x] != 0 && !LEASE_OPEN(x) -> fresh = fresh | BIT(x); one = one | (sseg[x] & inv)
        :: else
        fi; x++
    :: else -> break
    od;
    x = 0; over = one != 0 || fresh != 0;
    do :: x < NSEG -> over = over || (gseg[x] & ~inv) != 0; x++ :: else -> break od;
    x = 0;
    do
    :: x < NSEG ->
        if :: over && gseg[x] != 0 -> chosen = chosen | BIT(x); one = one | (gseg[x] & inv) :: else fi; x++
    :: else -> break
    od;
    over = 0
}

/* the name is the content: a segment that is there already stays */
inline putSegment(mask) {
    x = 0; y = NSEG;
    do
    :: x < NSEG ->
        if :: gseg[x] == mask -> y = x; break :: gseg[x] == 0 && mask != 0 && y == NSEG -> y = x :: else fi; x++
    :: else -> break
    od;
    if :: mask != 0 -> assert(y < NSEG); gseg[y] = mask; chosen = chosen & ~BIT(y) :: else fi; x = 0
}

/* nothing is left that nobody needs */
inline leftovers() {
    assert(lease == 0);
    x = 0;
    do :: x < NS -> assert(sseg[x] == 0); x++ :: else -> break od;
    x = 0; one = 0; y = 0; placeB = 0;
    do :: x < NS -> if :: man[x] == BACKUP -> placeB = placeB | hasB[x]; y++ :: else fi; x++ :: else -> break od;
    x = 0;
    do
    :: x < NPACKS ->
        if :: IN(packs, x) && !IN(placeB, x) -> assert(y > 0 && one == 0 && IN(hasC, x)); one = 1 :: else fi; x++
    :: else -> break
    od;
    x = 0;
    do :: x < NSEG -> assert((gseg[x] & ~packs) == 0); x++ :: else -> break od;
    x = 1;
    do :: x <= GMAX -> assert(!tombX[x] && !waitX[x] && !doneX[x]); x++ :: else -> break od; x = 0
}

proctype Collector(bool last) {
    byte g, i, rounds;
    short inv, named, condemned, placeC, placeB, one, chosen;
    byte followed, fresh, waiting;
    bool high, over;

start:
    if
    :: atomic { last && busy == 0 -> skip }
#ifdef OUTER
    :: atomic { !last && !collecting -> collecting = true }
#else
    :: !last
#endif
    fi;
    /* list gc/ */
    d_step {
        x = 0; g = 0; rounds++;
        do
        :: x <= GMAX -> if :: tombX[x] || doneX[x] || endX[x] -> g = x :: else fi; x++
        :: else -> break
        od;
        if :: g == 0 || endX[g] -> g++ :: else fi; x = 0
    };
    if :: (g > G && !last) || g > GMAX -> rounds = RUNS; goto died :: else fi;
    if
    :: atomic { doneX[g] -> goto finish }
    :: atomic { tombX[g] && !doneX[g] -> condemned = tomb[g]; goto wait }
    :: atomic { !tombX[g] && !doneX[g] -> skip }
    fi;

    /* the first mark: packs, then index, then manifests */
    if :: d_step { inv = packs } :: CRASH; goto died fi;
    d_step { listIndex(); named = 0 };
    if :: high = 0 :: high = 1 fi;
    d_step { follow(); locate(); high = 0 };
    /* the packs of living sessions are left alone */
    d_step { openSessions(); condemned = inv & ~placeC & ~placeB & ~waiting; waiting = 0 };
#ifdef REPACK
    /* a pack of which a part is dead: the rest is copied, the index names the copy, the pack is condemned */
    if
    :: d_step { copies <= G ->
        y = 0;
        do
        :: y < NS && IN(inv & packs & hasC, y) && IN(placeC, y) != IN(placeB, y) -> break
        :: y == NS -> break
        :: else -> y++
        od;
        if
        :: y < NS -> one = BIT(RP + copies); packs = packs | one; copies++; condemned = condemned | BIT(y);
            if :: IN(placeC, y) -> hasC = hasC | one :: else -> hasB[y] = hasB[y] | one fi
        :: else
        fi; x = 0 };
        if
        :: d_step { putSegment(one); one = 0 }
        :: CRASH; goto died
        fi
    :: skip
    fi;
#endif
    d_step { placeC = 0; placeB = 0; inv = 0; fresh = 0 };
#ifdef BUG_DELETED_BEFORE_TOMB
    d_step { packs = packs & ~condemned; audit() };
#endif
    if
    :: d_step { if :: !tombX[g] -> tombX[g] = true; tomb[g] = condemned :: else -> condemned = tomb[g] fi; x = 0 }
    :: CRASH; goto died
    fi;
#ifndef BUG_GENERATION_UNCHECKED
    d_step { checkGeneration() };
    if :: over -> goto died :: else fi;
#endif
wait:
    skip;
    /* list leases/, if nobody has done so for this generation */
    if :: d_step { if :: waitX[g] -> waiting = waits[g] :: else -> openSessions() fi; x = 0 } :: CRASH; goto died fi;
    if
    :: d_step { if :: !waitX[g] -> waitX[g] = true; waits[g] = waiting :: else -> waiting = waits[g] fi; x = 0 }
    :: CRASH; goto died
    fi;
#ifdef BUG_NO_WAIT
    waiting = 0;
#endif
    /* how long is for no clock to say: a session may be taken for dead at any moment */
    do
    :: waiting == 0 -> break
    :: else ->
        if
        :: d_step { waiting != 0 ->
            i = 0;
            do :: !IN(waiting, i) -> i++ :: else -> break od;
#ifndef BUG_NOT_FENCED
            if :: LEASE_OPEN(i) -> man[i] = FENCED :: else fi;
#endif
            waiting = waiting & ~BIT(i); i = 0 }
        :: CRASH; goto died
        fi
    od;
    /* the second mark */
    if :: d_step { inv = packs } :: CRASH; goto died fi;
    d_step { listIndex(); named = 0 };
    d_step {
        follow(); revive(); inv = 0; fresh = 0; followed = 0
#ifdef BUG_NO_SECOND_MARK
        ; condemned = tomb[g]
#endif
    };
    if
    :: d_step { if :: !doneX[g] -> doneX[g] = true; doom[g] = condemned :: else fi; condemned = 0 }
    :: CRASH; goto died
    fi;
#ifndef BUG_GENERATION_UNCHECKED
    d_step { checkGeneration() };
    if :: over -> goto died :: else fi;
#endif
finish:
    skip;
    if
    :: d_step { doneX[g] -> condemned = doom[g] }
    :: atomic { !doneX[g] -> goto died }
    fi;
#ifdef BUG_END_BEFORE_INDEX
    d_step { packs = packs & ~condemned; audit(); condemned = 0; endX[g] = true };
#endif
    do
    :: condemned == 0 -> break
    :: d_step { condemned != 0 ->
        i = 0;
        do :: !IN(condemned, i) -> i++ :: else -> break od;
        packs = packs & ~BIT(i); condemned = condemned & ~BIT(i); i = 0; audit() }
    :: CRASH; goto died
    od;
    /* the index: packs, then segments; then new ones are put, then old ones deleted */
    if :: d_step { inv = packs } :: CRASH; goto died fi;
    d_step { listIndex(); choose(); named = 0; inv = 0 };
    if
    :: one != 0 || chosen != 0 || fresh != 0 ->
        d_step { checkGeneration() };
#ifndef BUG_END_BEFORE_INDEX
        if :: over -> goto died :: else fi;
#endif
        if
        :: d_step {
#ifdef MERGE_AT_ONCE
            checkGeneration();
            if :: !over -> putSegment(one) :: else fi
#else
            putSegment(one)
#endif
           }
        :: CRASH; goto died
        fi;
#ifdef MERGE_AT_ONCE
        if :: over -> goto died :: else fi;
#endif
        if
        :: d_step {
            x = 0;
            do :: x < NS -> if :: IN(fresh, x) -> sseg[x] = 0 :: else fi; x++ :: else -> break od; x = 0 }
        :: CRASH; goto died
        fi;
        d_step {
            x = 0;
            do :: x < NSEG -> if :: IN(chosen, x) -> gseg[x] = 0 :: else fi; x++ :: else -> break od; x = 0 }
    :: else
    fi;
    d_step { one = 0; chosen = 0; fresh = 0 };
    if :: d_step { endX[g] = true } :: CRASH; goto died fi;
    /* leases of ended sessions, records of older generations and of this one */
    if
    :: d_step {
        x = 0;
        do :: x < NS -> if :: man[x] != NONE -> lease = lease & ~BIT(x) :: else fi; x++ :: else -> break od; x = 0 }
    :: CRASH; goto died
    fi;
    if
    :: d_step {
        x = GMAX; y = 0;
        do :: x > 0 -> if :: y == 0 && (tombX[x] || doneX[x] || endX[x]) -> y = x :: else fi; x-- :: else -> break od;
        x = 1;
        do
        :: x < y -> tombX[x] = 0; waitX[x] = 0; doneX[x] = 0; endX[x] = 0; tomb[x] = 0; waits[x] = 0; doom[x] = 0; x++
        :: else -> break
        od; x = 0 }
    :: CRASH; goto died
    fi;
    d_step { tombX[g] = 0; waitX[g] = 0; doneX[g] = 0; tomb[g] = 0; waits[g] = 0; doom[g] = 0 };
died:
    skip;
    d_step {
        g = 0; i = 0; inv = 0; named = 0; condemned = 0; placeC = 0; placeB = 0; one = 0; chosen = 0; followed = 0;
        fresh = 0; waiting = 0; high = 0; over = 0;
        if :: !last -> collecting = false :: else fi; x = 0
    };
    if
    :: (last && rounds < 3) || (!last && rounds < RUNS) -> goto start
    :: else
    fi;
    d_step {
        if :: last -> leftovers() :: else -> busy-- fi; x = 0
    }
}

/* --- somebody who forgets backups ------------------------------------------------------------------------------ */
proctype Forgetter() {
    byte n;
    if
    :: d_step { man[0] == BACKUP -> man[0] = NONE }
    :: skip
    fi;
    do
    :: n < NS - 1 -> n++
    :: atomic { n > 0 && man[n] == BACKUP -> lease = lease & ~BIT(n); man[n] = NONE; break }
    :: break
    od;
    skip;
    d_step { n = 0; busy-- }
}

init {
    atomic {
        man[0] = BACKUP; hasB[0] = 1; gseg[0] = 1;
        x = 0; do :: x < W -> run Writer(x); x++ :: else -> break od;
        x = 0; do :: x < COL -> run Collector(false); x++ :: else -> break od;
        run Forgetter();
#ifdef JANITOR
        run Collector(true)
#endif
    }
}
