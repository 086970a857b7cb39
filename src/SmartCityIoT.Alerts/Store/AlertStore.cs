using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Alerts.Store;

/// <summary>
/// <c>alerts.db</c>: alerts, their history, what the rules remember, and how far the live consumer has come. One writer at a time, whom
/// <see cref="AlertDesk"/> chooses; questions from any thread, which the writer does not hold up.
/// </summary>
public sealed class AlertStore : IDisposable
{
    private const string Consumer = "live";
    private readonly SqliteConnection connection;
    private readonly string readerString;
    private readonly ConsumerCheckpoint checkpoint;
    private readonly AlertWriter writer;

    private AlertStore(SqliteConnection connection)
    {
        this.connection = connection;
        readerString = new SqliteConnectionStringBuilder { DataSource = connection.DataSource, Mode = SqliteOpenMode.ReadOnly }.ToString();
        checkpoint = new ConsumerCheckpoint(connection, Consumer);
        writer = new AlertWriter(connection);
    }

    /// <summary>Opens the database, creating it where it is missing.</summary>
    /// <param name="path">File <c>alerts.db</c>; its folder is created.</param>
    /// <exception cref="AlertStoreUnavailableException">It cannot be used; the message is the one line to show.</exception>
    public static AlertStore Open(string path, TimeProvider time, ILogger<AlertStore> logger) => new(AlertDatabase.Open(path, time, logger));

    public void Dispose()
    {
        checkpoint.Dispose();
        connection.Dispose();
        using var readers = new SqliteConnection(readerString);
        SqliteConnection.ClearPool(readers);
    }

    internal LiveCheckpoint LoadCheckpoint() => new(checkpoint.LoadPosition(), [.. checkpoint.LoadStates()]);

    internal List<RuleMemory> LoadMemory() => AlertReader.Memory(connection);

    /// <summary>
    /// Writes all of it in one transaction: after a kill either the records up to the position and everything they raised are in, or none.
    /// </summary>
    /// <param name="pruneBefore">Cleared alerts from before this time are forgotten; null keeps all.</param>
    /// <returns>The alerts that changed, as they stand then, in the order of the transitions.</returns>
    internal List<Alert> Commit(
        long position,
        IReadOnlyList<DeviceState> states,
        IReadOnlyList<AlertTransition> transitions,
        IReadOnlyList<RuleMemory> memory,
        long? pruneBefore)
    {
        using var transaction = connection.BeginTransaction();
        var changed = new List<Alert>();
        foreach (var transition in transitions)
        {
            var alert = transition switch
            {
                AlertRaise raise => writer.Raise(transaction, raise),
                AlertClear clear => writer.Clear(transaction, clear),
                _ => throw new NotSupportedException(transition.ToString()),
            };
            if (alert is not null) changed.Add(alert);
        }

        foreach (var slot in memory) writer.Remember(transaction, slot);
        if (pruneBefore is { } before) writer.Prune(transaction, before);
        checkpoint.Save(transaction, position, states);
        transaction.Commit();
        return changed;
    }

    /// <summary>Gives an open alert that is nobody's to an actor; null where there is no such alert.</summary>
    internal Alert? Acknowledge(long id, AlertStep step)
    {
        using var transaction = connection.BeginTransaction();
        var acknowledged = writer.Acknowledge(transaction, id, step);
        transaction.Commit();
        return acknowledged;
    }

    internal T Ask<T>(Func<SqliteConnection, T> question)
    {
        using var reader = new SqliteConnection(readerString);
        reader.Open();
        return question(reader);
    }
}
