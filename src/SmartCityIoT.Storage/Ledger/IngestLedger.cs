using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Storage.Checkpoints;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Recovery;
using SmartCityIoT.Storage.Rollups;

namespace SmartCityIoT.Storage.Ledger;

/// <summary>
/// What the store consumer counts and keeps beside the telemetry: its position in the journal, its device states, the balance and
/// the dead letters. One flush is one transaction, so that after a crash nothing is counted twice and nothing is left out.
/// <see cref="Commit"/> belongs to one caller; the questions may be asked from any thread meanwhile.
/// </summary>
public sealed class IngestLedger : IAsyncDisposable
{
    private const string Consumer = "store";
    private const long DayMilliseconds = 86_400_000;
    private const long MinuteMilliseconds = 60_000;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    // The rollups take back their marks on the same connection: two that write would wait for each other for 150 ms at a time.
    private readonly Lock gate = new();
    private readonly SqliteConnection connection;
    private readonly string readerString;
    private readonly LedgerOptions options;
    private readonly TimeProvider time;
    private readonly ConsumerCheckpoint checkpoint;
    private readonly BalanceTables balance;
    private readonly DecodingTable decodings;
    private readonly DeadLetterTable deadLetters;
    private long position;
    private long prunedDay = -1;

    private IngestLedger(SqliteConnection connection, LedgerOptions options, DeadLetterOptions deadLetterOptions, TimeProvider time)
    {
        this.connection = connection;
        this.options = options;
        this.time = time;
        readerString = new SqliteConnectionStringBuilder { DataSource = connection.DataSource, Mode = SqliteOpenMode.ReadOnly }.ToString();
        checkpoint = new ConsumerCheckpoint(connection, Consumer);
        balance = new BalanceTables(connection);
        decodings = new DecodingTable(connection);
        deadLetters = new DeadLetterTable(connection, deadLetterOptions);
        DueHours = new DueHours(connection, readerString, gate);
        position = checkpoint.LoadPosition();
    }

    /// <summary>Position of the last commit; 0 in a new ledger. It is durable: a commit returns when its transaction is synced.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Hours whose rollups are to be made.</summary>
    internal DueHours DueHours { get; }

    /// <summary>Opens the ledger, creating it where it is missing. A damaged one is set aside under another name, and a new one starts.</summary>
    /// <param name="path">File <c>ledger.db</c>; its folder is created.</param>
    /// <exception cref="SqliteException">The file cannot be opened or written, for another reason than damage.</exception>
    public static IngestLedger Open(
        string path, LedgerOptions options, DeadLetterOptions deadLetterOptions, TimeProvider time, ILogger<IngestLedger> logger)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return OpenFile(path, options, deadLetterOptions, time);
        }
        catch (SqliteException damage) when (damage.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase)
        {
            var aside = DamagedFile.SetAside(path, time.GetUtcNow(), "-wal", "-shm");
            LedgerLog.SetAside(logger, path, damage.Message, aside);
            return OpenFile(path, options, deadLetterOptions, time);
        }
    }

    /// <summary>The device states of the last commit, in no order. Before the first commit of this process only.</summary>
    public IEnumerable<DeviceState> LoadDeviceStates() => checkpoint.LoadStates();

    /// <summary>Writes all of it in one transaction. When it throws, nothing was written and the same commit may be tried again.</summary>
    /// <exception cref="SqliteException">The disk is full or failing.</exception>
    public void Commit(LedgerCommit commit)
    {
        lock (gate)
        {
            using var transaction = connection.BeginTransaction();
            for (var i = 0; i < commit.Minutes.Count; i++) balance.Add(commit.Minutes[i]);
            for (var i = 0; i < commit.DeviceDays.Count; i++) balance.Add(commit.DeviceDays[i]);
            foreach (var decoding in commit.Decodings) decodings.Add(transaction, decoding);
            DueHours.Add(commit.DueHours, commit.Position);
            deadLetters.Add(transaction, commit.DeadLetters, CountEvicted);
            checkpoint.Save(transaction, commit.Position, commit.DeviceStates);
            var today = FloorTo(time.GetUtcNow().ToUnixTimeMilliseconds(), DayMilliseconds);
            if (today != prunedDay) balance.Prune(transaction, today - (options.BalanceDays * DayMilliseconds));
            transaction.Commit();
            prunedDay = today;
        }

        deadLetters.Settle();
        Volatile.Write(ref position, commit.Position);
    }

    /// <summary>One page of dead letters, the newest first.</summary>
    /// <exception cref="FormatException"><see cref="DeadLetterQuestion.After"/> is not a cursor of this list.</exception>
    public DeadLetterPage DeadLetters(DeadLetterQuestion question) => Ask(reader => DeadLetterReader.List(reader, question));

    /// <summary>The balance per minute of receipt in [from, to) (Unix milliseconds), in time order; minutes without messages are left out.</summary>
    public IReadOnlyList<MinuteBalance> Balance(long from, long to) => Ask(reader => BalanceTables.Minutes(reader, from, to));

    /// <summary>Sum of the balance of [from, to) (Unix milliseconds): today's when asked from a region's midnight on.</summary>
    public BalanceCounts Totals(long from, long to) => Ask(reader => BalanceTables.Totals(reader, from, to));

    /// <summary>The balance per device of the UTC day of receipt that holds <paramref name="time"/> (Unix milliseconds), by device id.</summary>
    public IReadOnlyList<DeviceDayBalance> DeviceBalance(long time) =>
        Ask(reader => BalanceTables.DeviceDays(reader, FloorTo(time, DayMilliseconds)));

    /// <summary>How the days of a sector were decoded, the newest first; an old value is explained by the row of its sample's UTC day.</summary>
    public IReadOnlyList<DecodingOfDay> Decodings(string sector) => Ask(reader => DecodingTable.Of(reader, sector));

    public ValueTask DisposeAsync()
    {
        checkpoint.Dispose();
        balance.Dispose();
        decodings.Dispose();
        deadLetters.Dispose();
        DueHours.Dispose();
        connection.Dispose();
        using (var readers = new SqliteConnection(readerString)) SqliteConnection.ClearPool(readers);
        return ValueTask.CompletedTask;
    }

    private static IngestLedger OpenFile(string path, LedgerOptions options, DeadLetterOptions deadLetterOptions, TimeProvider time)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Check(connection);
            return new IngestLedger(connection, options, deadLetterOptions, time);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // FULL and not NORMAL: with NORMAL a power cut may take the last commits back after the journal, which goes by Position, has let
    // their records go. Dead letters and counts would be gone. One sync per flush, about one a second, is cheap.
    private static void Check(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
        command.ExecuteNonQuery();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is string verdict and not "ok") throw new SqliteException(verdict, SqliteCorrupt);
    }

    private static long FloorTo(long value, long unit) => value - (((value % unit) + unit) % unit);

    private void CountEvicted(long receivedAt, ulong? device)
    {
        var one = new BalanceCounts { Evicted = 1 };
        balance.Add(new MinuteBalance(FloorTo(receivedAt, MinuteMilliseconds), one));
        if (device is { } known) balance.Add(new DeviceDayBalance(known, FloorTo(receivedAt, DayMilliseconds), one));
    }

    private T Ask<T>(Func<SqliteConnection, T> question)
    {
        using var reader = new SqliteConnection(readerString);
        reader.Open();
        return question(reader);
    }
}
