using System.Runtime.CompilerServices;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.Export;

/// <summary>A source that calls <paramref name="stop"/> after so many rows.</summary>
internal sealed class BreakingStore(ITelemetryStore store, int after, Action stop) : ITelemetryStore, IRawRows
{
    public string Description => store.Description;

    public StoreHealth Health => store.Health;

    public int PendingPoints => 0;

    public int PendingBytes => 0;

    public bool KeepsPosition => true;

    public bool TakesPointsWhileFlushing => false;

    public TimeSpan FlushInterval => TimeSpan.Zero;

    public long DurablePosition => 0;

    public IRawRows Raw => this;

    public Task<long> OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public async IAsyncEnumerable<StoredPoint> ReadAsync(RangeQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var read = 0;
        await foreach (var point in store.Raw.ReadAsync(question, cancellationToken))
        {
            if (read++ == after) stop();
            cancellationToken.ThrowIfCancellationRequested();
            yield return point;
        }
    }

    public Task<IReadOnlyList<RowCount>> CountAsync(RangeQuestion question, CancellationToken cancellationToken) => store.Raw.CountAsync(question, cancellationToken);

    public void Append(in Reading reading, SeriesTags tags) => throw new NotSupportedException();

    public void AppendEvent(in ReadingOrigin origin, SectorSchema schema, in EventBody body, SeriesTags tags) => throw new NotSupportedException();

    public void AppendBoot(in ReadingOrigin origin, in BootBody body, SeriesTags tags) => throw new NotSupportedException();

    public void AppendAcknowledgement(in ReadingOrigin origin, in AcknowledgementBody body, SeriesTags tags) => throw new NotSupportedException();

    public ValueTask<FlushResult> FlushAsync(long position, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task CheckpointAsync() => Task.CompletedTask;

    public Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AggregateAnswer> AggregateAsync(AggregateQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<DeviceCount>> CountsAsync(CountsQuestion question, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<StoredReading> LastValuesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
