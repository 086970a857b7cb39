using System.ComponentModel;
using System.Text.Json.Serialization;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>From that minute of the day on, shine at that level.</summary>
/// <param name="Minute">0 to 1,439.</param>
/// <param name="Percent">0 to 100.</param>
public sealed record ScheduleStepView(int Minute, int Percent);

/// <summary>A command to be given. Each command takes its own members and no others.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewCommandBody(
    [property: Description("reportNow, setInterval, setClock, identify, reboot, setDimLevel or setSchedule.")] string? Command,
    [property: Description("Of setInterval and identify: 1 to 65,535.")] int? Seconds,
    [property: Description("Of setClock: Unix milliseconds. Default now.")] long? Time,
    [property: Description("Of setDimLevel: 0 to 100.")] int? Percent,
    [property: Description("Of setDimLevel: 1 to 65,535, or 0, until changed. Default 0.")] int? Minutes,
    [property: Description("Of setSchedule: 1 to 255, each at a later minute than the one before.")] IReadOnlyList<ScheduleStepView>? Steps,
    [property: Description("How long the command is good, 1 to 2,592,000; of setClock at most 60. Default a day, of setClock 30.")] int? LifetimeSeconds);

/// <summary>A command to a device and what became of it. Times in Unix milliseconds.</summary>
/// <param name="Number">To cancel it by; grows in the order in which commands were given.</param>
/// <param name="CommandId">The id inside the frame.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Actor">Who gave it.</param>
/// <param name="SentAt">When it left for the first time.</param>
/// <param name="DeliveredAt">When its receipt was acknowledged.</param>
/// <param name="EndedAt">When it was answered, expired or was cancelled.</param>
/// <param name="Detail">What the device says beside its answer.</param>
public sealed record CommandView(
    long Number,
    uint CommandId,
    string Command,
    [property: JsonConverter(typeof(CamelCaseEnumConverter<CommandState>))] CommandState State,
    string Actor,
    long CreatedAt,
    long ExpiresAt,
    long? SentAt,
    long? DeliveredAt,
    long? EndedAt,
    int? Detail)
{
    /// <summary>Of setInterval and identify.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Seconds { get; private init; }

    /// <summary>Of setClock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Time { get; private init; }

    /// <summary>Of setDimLevel.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Percent { get; private init; }

    /// <summary>Of setDimLevel.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Minutes { get; private init; }

    /// <summary>Of setSchedule.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ScheduleStepView>? Steps { get; private init; }

    internal static CommandView Of(CommandRecord record)
    {
        CommandDecoder.TryDecode(record.Frame.Span, out var frame);
        var view = new CommandView(
            record.Number, record.CommandId, CommandName.Of(frame.Kind), record.State, record.Actor, record.CreatedAt, record.ExpiresAt, record.SentAt,
            record.DeliveredAt, record.EndedAt, record.Detail);
        return frame.Kind switch
        {
            CommandKind.SetInterval or CommandKind.Identify => view with { Seconds = frame.Seconds },
            CommandKind.SetClock => view with { Time = frame.Time },
            CommandKind.SetDimLevel => view with { Percent = frame.Percent, Minutes = frame.Minutes },
            CommandKind.SetSchedule => view with { Steps = StepsOf(frame) },
            _ => view,
        };
    }

    private static ScheduleStepView[] StepsOf(CommandFrame frame)
    {
        var steps = new ScheduleStepView[frame.StepCount];
        for (var index = 0; index < steps.Length; index++)
        {
            var step = frame.Step(index);
            steps[index] = new ScheduleStepView(step.Minute, step.Percent);
        }

        return steps;
    }
}

/// <summary>A page of a device's commands.</summary>
public sealed record CommandListQuery(
    [property: Description("Items on a page, 1 to 10,000. Default 200.")] string? Limit,
    [property: Description("Cursor: \"next\" of the page before.")] string? After);
