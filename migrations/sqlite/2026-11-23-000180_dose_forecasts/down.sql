DROP TABLE dose_forecast_days;
DROP TABLE dose_rights;
DROP TABLE dose_forecasts;
