using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Embedded;

/// <content>Questions, each on a connection of its own beside the writer.</content>
public sealed partial class EmbeddedStore
{
    // They share the instance's memory and threads with the writer.
    private const int QuestionsAtOnce = 4;

    private static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(30);

    // Damaged files that one question may meet before it fails.
    private const int DamagedFilesSurvived = 8;

    private readonly SemaphoreSlim questions = new(QuestionsAtOnce);

    public Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken) =>
        AskAsync((open, reader, token) => SeriesQuery.Run(open.Tables, reader, question, token), cancellationToken);

    public Task<AggregateAnswer> AggregateAsync(AggregateQuestion question, CancellationToken cancellationToken) =>
        AskAsync((open, reader, token) => AggregateQuery.Run(open.Tables, reader, question, token), cancellationToken);

    public Task<IReadOnlyList<DeviceCount>> CountsAsync(CountsQuestion question, CancellationToken cancellationToken) =>
        AskAsync((open, reader, token) => CountsQuery.Run(open.Tables, reader, question, token), cancellationToken);

    public IRawRows Raw { get; }

    /// <inheritdoc/>
    /// <remarks>Looks back over the days of <see cref="EmbeddedOptions.LastValueDays"/>.</remarks>
    public async IAsyncEnumerable<StoredReading> LastValuesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var firstDay = (Now / DayMilliseconds) - options.LastValueDays;
        var newest = await AskAsync(
            (open, reader, token) => LastValuesQuery.Run(open.Tables, reader, catalog, firstDay, token), cancellationToken).ConfigureAwait(false);
        foreach (var reading in newest) yield return reading;
    }

    /// <summary>Asks one question on a reader of its own, under the time limit of all questions.</summary>
    internal async Task<T> AskAsync<T>(Func<StoreFile, DuckDBConnection, CancellationToken, T> question, CancellationToken cancellationToken)
    {
        await questions.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (file is not { } open || !open.TryAcquire()) throw new StoreUnavailableException(health.LastError ?? "The store is not open.");
            try
            {
                return await Task.Run(() => AskOnce(open, question, cancellationToken), CancellationToken.None).ConfigureAwait(false);
            }
            finally
            {
                open.Release();
            }
        }
        finally
        {
            questions.Release();
        }
    }

    private T AskOnce<T>(StoreFile open, Func<StoreFile, DuckDBConnection, CancellationToken, T> question, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(QuestionTimeout);
        // What questions read must stay where it is until this one has ended.
        var present = open.Readers.Enter();
        try
        {
            using var reader = open.Connect();
            for (var damaged = 0; ; damaged++)
            {
                try
                {
                    return question(open, reader, limit.Token);
                }
                catch (DuckDBException failed) when (damaged < DamagedFilesSurvived && days.Checks.Suspect(open, failed, limit.Token))
                {
                    // Asked again without the file that was set aside.
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"The question took longer than {QuestionTimeout.TotalSeconds} s: ask for less time or fewer devices.");
        }
        catch (DuckDBException failed)
        {
            throw new StoreUnavailableException(StoreOpener.OneLine(failed), failed);
        }
        finally
        {
            open.Readers.Leave(present);
        }
    }
}
