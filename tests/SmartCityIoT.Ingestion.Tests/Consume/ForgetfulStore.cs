using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Tests.Consume;

/// <summary>A store that keeps nothing. It takes everything at once, so that what is left is what the consumer itself costs, or when the test lets it.</summary>
internal sealed class ForgetfulStore : ITelemetryStore
{
    /// <summary>While it is set and not completed, no flush ends and the store says that it is away.</summary>
    public TaskCompletionSource? Gate { get; init; }

    /// <summary>What it says that it does not take although it is up.</summary>
    public string? Warning { get; set; }

    /// <summary>Points appended since the start.</summary>
    public int Appended { get; private set; }

    public string Description => "nowhere";

    public StoreHealth Health => Gate is { Task.IsCompleted: false } ? new StoreHealth(false, 0, "away for a test") : new StoreHealth(true, 0, Warning: Warning);

    public int PendingPoints { get; private set; }

    public int PendingBytes => 0;

    public bool KeepsPosition => false;

    public bool TakesPointsWhileFlushing => true;

    public TimeSpan FlushInterval => TimeSpan.FromMilliseconds(200);

    public long DurablePosition { get; private set; }

    public Task<long> OpenAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    public void Append(in Reading reading, SeriesTags tags) => Take();

    public void AppendEvent(in ReadingOrigin origin, SectorSchema schema, in EventBody body, SeriesTags tags) => Take();

    public void AppendBoot(in ReadingOrigin origin, in BootBody body, SeriesTags tags) => Take();

    public void AppendAcknowledgement(in ReadingOrigin origin, in AcknowledgementBody body, SeriesTags tags) => Take();

    public Task CheckpointAsync() => Task.CompletedTask;

    public ValueTask<FlushResult> FlushAsync(long position, CancellationToken cancellationToken)
    {
        PendingPoints = 0;
        if (Gate is not null) return new ValueTask<FlushResult>(WaitAsync(position, cancellationToken));
        DurablePosition = position;
        return ValueTask.FromResult(FlushResult.Empty);
    }

    public Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AggregateAnswer> AggregateAsync(AggregateQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<DeviceCount>> CountsAsync(CountsQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<StoredReading> LastValuesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public IRawRows Raw => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Take()
    {
        PendingPoints++;
        Appended++;
    }

    private async Task<FlushResult> WaitAsync(long position, CancellationToken cancellationToken)
    {
        await Gate!.Task.WaitAsync(cancellationToken);
        DurablePosition = position;
        return FlushResult.Empty;
    }
}
