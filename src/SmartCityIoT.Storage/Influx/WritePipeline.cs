using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Carries out what <see cref="StoreOutcome"/> decided: tries again until the lines are written or one of them is to blame.
/// <code>
/// retry: back-off with jitter, Retry-After, slowly where a person is needed  →  circuit breaker  →  one request
/// </code>
/// The breaker is shared by all requests of the store, so that a sick server is asked by one at a time, and not by each connection in turn.
/// </summary>
internal static class WritePipeline
{
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(15);

    /// <summary>Pace while somebody has to change a setting.</summary>
    public static readonly TimeSpan SlowDelay = TimeSpan.FromSeconds(15);

    /// <summary>How long nothing is sent to a server that failed every time.</summary>
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    private const int FailuresBeforeBreak = 6;
    private static readonly TimeSpan BreakSampling = TimeSpan.FromSeconds(30);

    /// <param name="jitter">A number in [0, 1), new at each call.</param>
    /// <param name="onRetry">Called before each pause.</param>
    public static ResiliencePipeline<StoreOutcome> Build(TimeProvider time, Func<double> jitter, Action onRetry) =>
        new ResiliencePipelineBuilder<StoreOutcome> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<StoreOutcome>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = new PredicateBuilder<StoreOutcome>()
                    .Handle<BrokenCircuitException>()
                    .HandleResult(outcome => outcome.Verdict is StoreVerdict.Wait or StoreVerdict.Retry or StoreVerdict.KeepAndAlert),
                DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(Delay(attempt, jitter())),
                OnRetry = _ =>
                {
                    onRetry();
                    return default;
                },
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<StoreOutcome>
            {
                ShouldHandle = new PredicateBuilder<StoreOutcome>().HandleResult(outcome => outcome.Verdict == StoreVerdict.Retry),
                FailureRatio = 1,
                MinimumThroughput = FailuresBeforeBreak,
                SamplingDuration = BreakSampling,
                BreakDuration = BreakDuration,
            })
            .Build();

    private static TimeSpan Delay(in RetryDelayGeneratorArguments<StoreOutcome> attempt, double jitter)
    {
        // Three quarters to five quarters: writers that failed together do not come back together.
        var spread = 0.75 + (jitter / 2);
        if (attempt.Outcome.Exception is BrokenCircuitException broken) return (broken.RetryAfter ?? FirstDelay) + (FirstDelay * jitter);
        var outcome = attempt.Outcome.Result;

        // A pause that the server asked for is the least that it gets.
        if (outcome.RetryAfter is { } pause) return pause + (FirstDelay * jitter);
        if (outcome.Verdict == StoreVerdict.KeepAndAlert) return SlowDelay * spread;
        var doubled = FirstDelay * Math.Pow(2, Math.Min(attempt.AttemptNumber, 10));
        return (doubled < LongestDelay ? doubled : LongestDelay) * spread;
    }
}
