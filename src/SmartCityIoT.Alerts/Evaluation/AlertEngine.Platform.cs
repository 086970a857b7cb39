using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Store;

namespace SmartCityIoT.Alerts.Evaluation;

// Blind is not silent: while telemetry cannot arrive, one alert says so, and no device is accused.
public sealed partial class AlertEngine
{
    private const string PlatformPrefix = "platform.";

    /// <summary>How long an alert that an earlier process left may wait for its part to report again.</summary>
    private const long ConfirmWithin = 60_000;
    private long startedAt;
    private bool isConfirmed;

    /// <summary>
    /// Says that telemetry cannot arrive, or can again, because of one part of the platform: the broker link, the journal, the decoder.
    /// Raises one alert per part, holds the silent rules while any part is blind, and gives each device an interval afterwards.
    /// Any thread; takes effect with the next <see cref="Tick"/>.
    /// </summary>
    /// <param name="part">Short name of the part, such as "broker": it ends the rule's id, <c>platform.broker</c>.</param>
    /// <param name="why">One line for the operator.</param>
    public void SetBlind(string part, bool isBlind, string why) => platform.Report(part, new PlatformReport(isBlind, isBlind, why));

    /// <summary>
    /// Says that a part of the platform is ill, or well again, while telemetry still arrives: the store, the balance. Otherwise as
    /// <see cref="SetBlind"/>.
    /// </summary>
    public void SetFault(string part, bool isFaulty, string why) => platform.Report(part, new PlatformReport(isFaulty, false, why));

    private void TakeReports(long now)
    {
        var wasBlind = platform.IsBlind;
        foreach (var (part, report) in platform.Take())
        {
            if (report.IsBad) RaisePlatform(part, report, now);
            else transitions.Add(new AlertClear(null, 0, PlatformPrefix + part, now, null, report.Why));
        }

        if (wasBlind && !platform.IsBlind) graceFrom = now;
        if (isConfirmed || now - startedAt < ConfirmWithin) return;
        isConfirmed = true;
        foreach (var part in platform.TakeUnconfirmed())
        {
            transitions.Add(new AlertClear(null, 0, PlatformPrefix + part, now, null, "not reported again since the restart"));
        }
    }

    private void RaisePlatform(string part, PlatformReport report, long now)
    {
        var alert = new Alert
        {
            Id = 0,
            Kind = AlertKind.Platform,
            Rule = PlatformPrefix + part,
            LabelVi = report.IsBlind ? "Nền tảng không nhận được dữ liệu" : "Nền tảng gặp sự cố",
            LabelEn = report.IsBlind ? "The platform receives no data" : "Platform fault",
            Severity = report.IsBlind ? AlertSeverity.Critical : AlertSeverity.Warning,
            Detail = report.Why,
            RaisedAt = now,
        };

        // No record raises it, so the moment stands for the position.
        transitions.Add(new AlertRaise(alert, now, 0));
    }

    private void LogPlatform(Alert alert)
    {
        if (alert.State == AlertState.Raised) AlertLog.PlatformRaised(logger, alert.Rule, alert.Detail);
        if (alert.State == AlertState.Cleared) AlertLog.PlatformCleared(logger, alert.Rule);
    }
}
