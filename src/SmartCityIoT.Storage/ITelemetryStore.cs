using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage;

/// <summary>
/// Where telemetry is kept and asked for. The appending half (<see cref="OpenAsync"/>, the Append methods, <see cref="FlushAsync"/>)
/// belongs to one caller at a time; the questions, <see cref="Health"/> and <see cref="DurablePosition"/> may be asked from any thread meanwhile.
/// </summary>
public interface ITelemetryStore : IAsyncDisposable
{
    /// <summary>One line for logs and the status page, without secrets.</summary>
    string Description { get; }

    /// <summary>Whether the store can be written to, and what to do when it cannot.</summary>
    StoreHealth Health { get; }

    /// <summary>Points appended since the last flush.</summary>
    int PendingPoints { get; }

    /// <summary>Memory that they take, in bytes. The caller flushes before this grows beyond what it grants.</summary>
    int PendingBytes { get; }

    /// <summary>Whether the store holds the journal position of its rows itself, so that <see cref="OpenAsync"/> tells what it has.</summary>
    bool KeepsPosition { get; }

    /// <summary>
    /// Whether points may be appended while a flush is under way; they wait for the next one. The call of <see cref="FlushAsync"/> itself returns
    /// before more is appended.
    /// </summary>
    bool TakesPointsWhileFlushing { get; }

    /// <summary>How long a point waits for more before it is flushed, where points come slowly.</summary>
    TimeSpan FlushInterval { get; }

    /// <summary>Journal position up to which nothing needs to be written again, whatever happens to this process.</summary>
    long DurablePosition { get; }

    /// <summary>
    /// Opens the store and answers the journal position that it holds itself; 0 where it keeps none.
    /// A server that cannot be reached is no error here: <see cref="Health"/> says so and <see cref="FlushAsync"/> keeps trying.
    /// </summary>
    Task<long> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Adds one sample of one channel. Allocates nothing for a series that it has seen.</summary>
    void Append(in Reading reading, SeriesTags tags);

    /// <param name="schema">Layout that gives the event's field its name and scale.</param>
    void AppendEvent(in ReadingOrigin origin, SectorSchema schema, in EventBody body, SeriesTags tags);

    void AppendBoot(in ReadingOrigin origin, in BootBody body, SeriesTags tags);

    void AppendAcknowledgement(in ReadingOrigin origin, in AcknowledgementBody body, SeriesTags tags);

    /// <summary>
    /// Writes everything appended since the last flush, and tries until all of it is written or refused. After a cancellation the points
    /// are still pending; writing one again is harmless, as the same series and time overwrite.
    /// </summary>
    /// <param name="position">Journal position of the last record that these points come from.</param>
    /// <exception cref="Embedded.StoreRewoundException">
    /// The store lost what it had held: the caller opens it again and appends everything after the position that it answers.
    /// </exception>
    ValueTask<FlushResult> FlushAsync(long position, CancellationToken cancellationToken);

    /// <summary>
    /// Brings <see cref="DurablePosition"/> up to the last flush without waiting for the moment at which the store would do so itself. Nothing to do
    /// where each flush is durable; a failure shows in <see cref="Health"/> and is none of the caller's.
    /// </summary>
    Task CheckpointAsync();

    /// <summary>One field of one series over time, raw where it fits into the points asked for.</summary>
    /// <exception cref="StoreQuestionUnsupportedException">The server has no language for questions.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be asked at the moment.</exception>
    Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken);

    /// <summary>Mean, minimum, maximum, sum or percentile per interval of one field over a set of devices.</summary>
    /// <exception cref="StoreQuestionUnsupportedException">The server has no language for questions.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be asked at the moment.</exception>
    Task<AggregateAnswer> AggregateAsync(AggregateQuestion question, CancellationToken cancellationToken);

    /// <summary>Readings that the store holds, by device in the order of their ids; devices without one are left out.</summary>
    /// <exception cref="StoreQuestionUnsupportedException">The server has no language for questions.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be asked at the moment.</exception>
    Task<IReadOnlyList<DeviceCount>> CountsAsync(CountsQuestion question, CancellationToken cancellationToken);

    /// <summary>The newest reading of every device and channel, in no particular order.</summary>
    /// <exception cref="StoreQuestionUnsupportedException">The server has no language for questions.</exception>
    /// <exception cref="StoreUnavailableException">The server cannot be asked at the moment.</exception>
    IAsyncEnumerable<StoredReading> LastValuesAsync(CancellationToken cancellationToken);

    /// <summary>Every row that the store holds, raw.</summary>
    IRawRows Raw { get; }
}
